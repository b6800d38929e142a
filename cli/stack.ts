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

/** How the engine's own output reaches the terminal. */
export function streaming() {
  return {
    onOutput: (text: string) => process.stdout.write(text),
    onError: (text: string) => process.stderr.write(text),
    // The dots that the engine prints while it waits.
    suppressProgress: true,
    color: process.stdout.isTTY ? ("always" as const) : ("never" as const),
  };
}
