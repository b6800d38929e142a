// What the benchmarks share.
import build from "../test/image/build";
import { TestContainer, type Wishes } from "../test/image/container";

/** How long something took, in seconds. */
export async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

/** The rounds that the command line asks for. */
export function roundsOr(rounds: number): number {
  return Number(process.argv[2] ?? rounds);
}

/** Builds the image as the image tests do, and gives a healthy container of it to `work`. */
export async function withContainer(
  work: (container: TestContainer) => Promise<void>,
  wishes: Wishes = {},
): Promise<void> {
  await build();
  const container = await TestContainer.start(wishes);
  try {
    await container.untilHealthy();
    await work(container);
  } finally {
    await container.remove();
  }
}
