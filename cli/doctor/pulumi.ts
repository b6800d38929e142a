import type { Stack } from "@pulumi/pulumi/automation";
import { damagedFiles } from "../../config/engine/mend-state";
import { stackNames, stateFolder } from "../../config/engine/state-file";
import type { MachineProfile } from "../../config/machine-profile";
import { lookUpStack, nameToMake } from "../choose-stack";
import { run } from "../process";
import { isOfSecrets } from "../progress/advice";
import { codeOfCommand, reasonOfCommand } from "../progress/failures";
import { isPulumiThere } from "../setup/pulumi";
import { readConfig, readTextsOfFile, type StackTexts } from "../stack-settings";
import { UserError } from "../user-error";
import { findingsOf, type Finding } from "./finding";

/** The stack that a start would be of. */
export interface Opened {
  readonly stack: string;
  /** Where Pulumi cannot be asked, less what is encrypted. */
  readonly stackConfig: StackTexts;
  /** Why Pulumi cannot read its state or its settings. */
  readonly findings: readonly Finding[];
}

/**
 * Opens a stack as a start does, by Pulumi where that is there already and nothing of its state is to be mended first.
 *
 * @param named what the command line names
 * @throws ConfigError where its file is no YAML
 */
export async function openStack(
  root: string,
  profile: MachineProfile,
  named: string | undefined,
): Promise<Opened> {
  let stack = named ?? nameToMake();
  let stackConfig: StackTexts | undefined;
  const findings = await findingsOf("stack", async () => {
    const { pulumi } = profile;
    if (!isPulumiThere(pulumi) || !isReadable(root)) return [];
    const chosen = await lookUpStack(root, { profile, pulumi }, named);
    stack = chosen.name;
    const known = await chosen.open();
    if (known !== undefined)
      [stackConfig] = await Promise.all([readConfig(known), checkSalt(known)]);
    return [];
  });
  return { stack, stackConfig: stackConfig ?? readTextsOfFile(root, [stack]), findings };
}

/** Whether there is a state that Pulumi would not begin, and none that is damaged, which is told elsewhere. */
function isReadable(root: string): boolean {
  const isInFolder = stateFolder(root, process.env) !== undefined;
  if (isInFolder && stackNames(root, process.env).length === 0) return false;
  try {
    return damagedFiles(root, process.env).length === 0;
  } catch {
    return false;
  }
}

/**
 * Has Pulumi try the passphrase on the salt in the stack's file, as an update does. Of the commands that try it, this one
 * reads the least, and writes nothing but a salt that is missing.
 */
async function checkSalt({ name, workspace }: Stack): Promise<void> {
  const { workDir: cwd, envVars, pulumiCommand } = workspace;
  const settings = await workspace.stackSettings(name).catch(() => undefined);
  if (settings?.encryptionSalt === undefined) return;
  const env = { ...process.env, ...envVars };
  try {
    await run(pulumiCommand.command, ["logs", "--stack", name, "--non-interactive"], { cwd, env });
  } catch (error) {
    const reason = reasonOfCommand(error);
    // Whatever else it fails of is no matter of a start.
    if (isOfSecrets(reason)) throw new UserError(codeOfCommand(error), reason);
  }
}
