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
      tellOfOutput(error);
    }
    if (!isEngineRunning()) {
      process.exit();
    }
  });
}

/** By the one stream that may be left; without either, nobody can be told. */
function tellOfOutput({ message }: Error): void {
  try {
    writeSync(2, `The output cannot be written (${message}): have it go where there is room\n`);
  } catch {
    // The exit code says it.
  }
}

void runCommand(join(__dirname, ".."), process.argv.slice(2)).then((code) => {
  process.exitCode ??= code;
});
