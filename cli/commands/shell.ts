import { Command } from "@commander-js/extra-typings";
import { execInteractivelyInPod } from "../cluster/exec-interactively";
import { refusePaused } from "../container/answers";
import { containerOf } from "../container/open";
import { execInteractively } from "../container/exec";
import { openAnywhere, type OpenStack } from "../open-stack";
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
  const opened = await openAnywhere(root, options);
  const words = command.length === 0 ? ["bash", "--login"] : command;
  process.exitCode = await ("cluster" in opened
    ? execInteractivelyInPod(opened, words)
    : execOnEngine(opened, words));
}

async function execOnEngine(opened: OpenStack, words: readonly string[]): Promise<number> {
  const { container, name } = await containerOf(opened);
  await refusePaused(opened.machine, name);
  return execInteractively(container, words);
}
