import { refusePaused } from "../container/answers";
import { openContainer } from "../container/open";
import { execInteractively } from "../container/exec";
import type { StackOption } from "../choose-stack";

/** Opens a shell in the container as user kalisi, or runs a command there and ends as it does. */
export async function shell(
  root: string,
  command: readonly string[],
  options: StackOption,
): Promise<void> {
  const { docker, container, name } = await openContainer(root, options);
  await refusePaused(docker, name);
  process.exitCode = await execInteractively(
    container,
    command.length === 0 ? ["bash", "--login"] : command,
  );
}
