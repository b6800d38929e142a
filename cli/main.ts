import { join } from "node:path";
import { runCommand } from "./run-command";

// The first Ctrl-C is Pulumi's, to end what it has begun; the second ends this program, too.
process.once("SIGINT", () => undefined);

// Whoever reads has enough, as `head` does.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") {
    throw error;
  }
  process.exit();
});

void runCommand(join(__dirname, ".."), process.argv.slice(2)).then((code) => {
  process.exitCode ??= code;
});
