import { join } from "node:path";
import { CommanderError } from "commander";
import { ConfigError } from "../config/errors";
import { printResult } from "./output";
import { buildProgram } from "./program";
import { UserError } from "./user-error";

/** What the README promises. */
const exitCodes = { failed: 1, wrongUsage: 2 } as const;

// The first Ctrl-C is Pulumi's, to end what it has begun; the second ends this program, too.
process.once("SIGINT", () => undefined);

// Whoever reads has enough, as `head` does.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") {
    throw error;
  }
  process.exit();
});

buildProgram(join(__dirname, ".."))
  .parseAsync()
  .catch((error: unknown) => {
    if (error instanceof CommanderError) {
      // It has said what is wrong, or given the help that was asked for.
      process.exitCode = error.exitCode === 0 ? 0 : exitCodes.wrongUsage;
      return;
    }
    const isForPeople = error instanceof UserError || error instanceof ConfigError;
    console.error(isForPeople ? error.message : error);
    printResult({ error: error instanceof Error ? error.message : String(error) });
    process.exitCode = error instanceof UserError ? error.exitCode : exitCodes.failed;
  });
