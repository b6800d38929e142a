import { createInterface } from "node:readline/promises";
import { progress } from "./output";
import { UsageError, UserError } from "./user-error";

/**
 * Has the user type a stack's name, before data goes.
 *
 * @param given the name where it is an option already
 * @param purpose what the question ends with, such as `to remove all of this`
 * @param refusal what an error begins with, such as `Nothing was removed`
 */
export async function confirmStack(
  stack: string,
  given: string | undefined,
  { purpose, refusal }: { readonly purpose: string; readonly refusal: string },
): Promise<void> {
  if (given === undefined && !process.stdin.isTTY) {
    throw new UsageError(
      "KALISI-OPTION-CONFIRM",
      `${refusal}: there is no terminal to ask on.\nAdd --confirm ${stack}`,
    );
  }
  const name = given ?? (await ask(`Type the stack's name, ${stack}, ${purpose}: `));
  if (name !== stack) {
    throw new UserError(
      "KALISI-OPTION-CONFIRM",
      `${refusal}: ${JSON.stringify(name)} is not the stack's name, ${stack}`,
    );
  }
}

async function ask(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: progress() });
  try {
    const ended = new Promise<string>((resolve) => {
      // Ctrl-C or Ctrl-D: an answer as well.
      terminal.once("close", () => {
        resolve("");
      });
    });
    return await Promise.race([terminal.question(question), ended]);
  } finally {
    terminal.close();
  }
}
