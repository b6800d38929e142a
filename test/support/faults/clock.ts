import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContainer } from "../image/container";

const source = readFileSync(join(__dirname, "clock.c"), "utf8");
const library = "/usr/local/lib/kalisi-test-clock.so";
const file = "/etc/kalisi-test-clock";

/**
 * Gives a container a wall clock of its own; the kernel has one for all. Its programs have it from its next start on:
 * https://man7.org/linux/man-pages/man8/ld.so.8.html, /etc/ld.so.preload
 */
export async function installClock(kalisi: TestContainer): Promise<void> {
  await setClock(kalisi, 0);
  await kalisi.ask(
    ...["bash", "-euc", `cc -shared -fPIC -O2 -xc -o ${library} - <<< "$1"`, "-", source],
  );
  await kalisi.ask("sh", "-c", `echo ${library} > /etc/ld.so.preload`);
}

const write = `import os, struct, sys
file = os.open("${file}", os.O_RDWR | os.O_CREAT, 0o644)
os.pwrite(file, struct.pack("q", int(sys.argv[1])), 0)`;

/** Sets it, in one step, to what the machine's says and some seconds. */
export async function setClock(kalisi: TestContainer, seconds: number): Promise<void> {
  await kalisi.ask("python3", "-I", "-c", write, String(seconds));
}

/** How much later it is inside than outside, in whole hours. */
export async function hoursAhead(kalisi: TestContainer): Promise<number> {
  const ahead = Number(await kalisi.ask("date", "+%s")) - Date.now() / 1000;
  // Without the sign of a zero.
  return Math.round(ahead / 3600) + 0;
}
