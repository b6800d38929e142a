import { writeSync } from "node:fs";
import { join } from "node:path";
import { isEngineRunning } from "./progress/run-engine";
import { runCommand } from "./run-command";

// Of an update the first Ctrl-C is Pulumi's, to end what it has begun; the second ends this program, too. The terminal
// sends each to this program, and npm hands it on once more:
// https://github.com/npm/run-script/blob/main/lib/signal-manager.js
const togetherMilliseconds = 1000;
let interruptedAt: number | undefined;
process.on("SIGINT", () => {
  interruptedAt ??= performance.now();
  if (!isEngineRunning() || performance.now() - interruptedAt > togetherMilliseconds) {
    process.exit(130);
  }
});

// Whoever reads has enough, as `head` does, or there is no room left. What Pulumi has begun is still to be ended.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") {
      process.exitCode = 1;
      tell(`The output cannot be written (${error.message}): have it go where there is room`);
    }
    if (!isEngineRunning()) {
      process.exit();
    }
  });
}

/** By the one stream that may be left; without either, nobody can be told. */
function tell(line: string): void {
  try {
    writeSync(2, `${line}\n`);
  } catch {
    // The exit code says it.
  }
}

// Node ends, with success, when there is nothing left to wait for, whatever has not been done.
let isDone = false;
process.once("beforeExit", () => {
  if (!isDone) {
    tell("The command has ended before its work was done: a mistake of the project itself");
    process.exitCode = 1;
  }
});

void runCommand(join(__dirname, ".."), process.argv.slice(2)).then((code) => {
  isDone = true;
  process.exitCode ??= code;
});
