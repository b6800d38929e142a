import { openContainer } from "../container/open";
import { execInteractively } from "../container/exec";
import type { StackOption } from "../stack";

/** Opens a shell in the container as user kalisi, or runs a command there and ends as it does. */
export async function shell(
  root: string,
  command: readonly string[],
  options: StackOption,
): Promise<void> {
  const { container } = await openContainer(root, options);
  process.exitCode = await execInteractively(
    container,
    command.length === 0 ? ["bash", "--login"] : command,
  );
}
