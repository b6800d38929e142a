import { LocalWorkspace, PulumiCommand, type Stack } from "@pulumi/pulumi/automation";
import { dirname } from "node:path";
import { pulumiEnvironment, type Machine } from "./setup";

/** The stack that a fresh clone starts with. */
export const defaultStack = "dev";

/**
 * Opens a stack of this project, making it when it does not exist.
 *
 * @param settings environment variables that the program reads, over the user's own
 */
export async function openStack(
  root: string,
  machine: Machine,
  stackName: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<Stack> {
  const pulumiCommand = await PulumiCommand.get({ root: dirname(machine.pulumi.bin) });
  return LocalWorkspace.createOrSelectStack(
    { stackName, workDir: root },
    { pulumiCommand, envVars: { ...pulumiEnvironment(machine.pulumi), ...settings } },
  );
}

/** How the engine's own output reaches the terminal. */
export function streaming() {
  return {
    onOutput: (text: string) => process.stdout.write(text),
    onError: (text: string) => process.stderr.write(text),
    color: process.stdout.isTTY ? ("always" as const) : ("never" as const),
  };
}
