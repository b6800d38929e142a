import { setTimeout as pause } from "node:timers/promises";

/** Asks until nothing is wrong any more; after `seconds` fails with what still is. */
export async function eventually(
  seconds: number,
  problem: () => Promise<string | undefined>,
): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const wrong = await problem();
    if (wrong === undefined) return;
    if (Date.now() > deadline) throw new Error(`after ${seconds} s still: ${wrong}`);
    await pause(100);
  }
}

/** Asks for a text until it holds a line. */
export function untilSaid(
  seconds: number,
  pattern: RegExp,
  ask: () => Promise<string>,
): Promise<void> {
  return eventually(seconds, async () => {
    const text = await ask();
    return pattern.test(text) ? undefined : `no ${String(pattern)} in:\n${text}`;
  });
}
