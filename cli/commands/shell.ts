import { Command } from "@commander-js/extra-typings";
import { refusePaused } from "../container/answers";
import { openContainer } from "../container/open";
import { execInteractively } from "../container/exec";
import { stackOption, type StackOption } from "../options";

export const declare = (root: string) =>
  new Command("shell")
    .description("a shell in the container as user kalisi, or a command")
    .addOption(stackOption())
    .argument("[command...]", "run without a shell in between; its exit code is passed on")
    .passThroughOptions()
    .action((command, options) => shell(root, command, options));

/** Opens a shell in the container as user kalisi, or runs a command there and ends as it does. */
async function shell(
  root: string,
  command: readonly string[],
  options: StackOption,
): Promise<void> {
  const { machine, container, name } = await openContainer(root, options);
  await refusePaused(machine, name);
  process.exitCode = await execInteractively(
    container,
    command.length === 0 ? ["bash", "--login"] : command,
  );
}
