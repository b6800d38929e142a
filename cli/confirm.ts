import { ask } from "./ask";
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
  // Ctrl-C or Ctrl-D is an answer as well.
  const name = given ?? (await ask(`Type the stack's name, ${stack}, ${purpose}: `)) ?? "";
  if (name !== stack) {
    throw new UserError(
      "KALISI-OPTION-CONFIRM",
      `${refusal}: ${JSON.stringify(name)} is not the stack's name, ${stack}`,
    );
  }
}
