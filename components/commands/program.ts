import { engineMessage } from "../../config/engine/message";
import type { Owner } from "../../config/engine/stack-owner";

/** An environment variable that the caller must have set. */
export function requireVariable(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") {
    throw new Error(`${name} is not set: this program is run by \`pulumi up\``);
  }
  return value;
}

/** Whose what a program makes on the Engine is. */
export function ownerFromEnvironment(): Owner {
  return { stack: requireVariable("KALISI_STACK"), clone: requireVariable("KALISI_CLONE") };
}

/** Runs a program's main function; an error becomes its message on stderr and exit code 1. */
export function runProgram(main: () => Promise<void>): void {
  main().catch((error: unknown) => {
    console.error(engineMessage(error));
    process.exitCode = 1;
  });
}
