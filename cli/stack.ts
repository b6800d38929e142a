import { dirname } from "node:path";
import { LocalWorkspace, PulumiCommand, Stack } from "@pulumi/pulumi/automation";
import { pulumiEnvironment, type Machine } from "./setup";

/** The stack that a fresh clone starts with. */
const defaultStack = "dev";

/**
 * Opens a stack of this project, making it when it does not exist: the named one, else PULUMI_STACK's,
 * else the one that the user has selected, else `dev`.
 *
 * @param settings environment variables that the program reads, over the user's own
 */
export async function openStack(
  root: string,
  machine: Machine,
  name: string | undefined,
  settings: Readonly<Record<string, string>> = {},
): Promise<Stack> {
  const workspace = await openWorkspace(root, machine, settings);
  return Stack.createOrSelect(await chooseStack(workspace, name), workspace);
}

/** The name of the stack that {@link openStack} would open. */
export async function stackName(
  root: string,
  machine: Machine,
  name: string | undefined,
): Promise<string> {
  return chooseStack(await openWorkspace(root, machine, {}), name);
}

async function openWorkspace(
  root: string,
  machine: Machine,
  settings: Readonly<Record<string, string>>,
): Promise<LocalWorkspace> {
  const pulumiCommand = await PulumiCommand.get({ root: dirname(machine.pulumi.bin) });
  const envVars = { ...pulumiEnvironment(machine.pulumi), ...settings };
  return LocalWorkspace.create({ workDir: root, pulumiCommand, envVars });
}

async function chooseStack(workspace: LocalWorkspace, name: string | undefined): Promise<string> {
  return name ?? process.env["PULUMI_STACK"] ?? (await workspace.stack())?.name ?? defaultStack;
}

/** Shows the engine's output as it comes, and keeps it for what {@link EngineOutput.reason} needs. */
export class EngineOutput {
  private shown = "";

  readonly options = {
    onOutput: (text: string) => {
      this.shown += text;
      process.stdout.write(text);
    },
    onError: (text: string) => process.stderr.write(text),
    // The dots that the engine prints while it waits.
    suppressProgress: true,
    color: process.stdout.isTTY ? ("always" as const) : ("never" as const),
  };

  /**
   * The end of the engine's diagnostics: what is wrong and what to do. The engine prints a summary
   * after it, and the last line should be the most useful one.
   */
  reason(): string {
    const diagnostics = this.shown
      .split("Diagnostics:")
      .at(-1)
      ?.split(/^(?:Outputs|Resources):/m)[0];
    return (diagnostics ?? "").trimEnd().split("\n").slice(-reasonLines).join("\n");
  }
}

/** A problem and its fix. */
const reasonLines = 2;
