import { existsSync, rmSync } from "node:fs";
import type { Stack } from "@pulumi/pulumi/automation";
import { targetOf, type ClusterTarget } from "../config/cluster/target-check";
import type { DockerHost, NamedEngine } from "../config/engine/endpoint";
import { throwIfAny } from "../config/errors";
import type { MachineProfile } from "../config/machine-profile";
import { plainStack } from "../config/names";
import { resolveSettings } from "../config/resolve-settings";
import type { Flags } from "../config/settings/flags";
import type { StackConfig } from "../config/settings/schema";
import { targetMoveProblems } from "../config/target-move";
import { chooseStack } from "./choose-stack";
import { readDeployed, type DeployedStack } from "./container/deployed";
import { guardSecrets } from "./former-secrets";
import { refuseMoved } from "./open-stack";
import type { StackOption } from "./options";
import { refuseEarly } from "./refuse-early";
import { findTools, setUp, type Machine, type Tools } from "./setup";
import { ensureKubernetesPlugin } from "./setup/kubernetes-plugin";
import { report } from "./setup/report";
import { ensureSource } from "./setup/source";
import {
  hasEncrypted,
  readConfig,
  readSettingsOfFile,
  readTextsOfFile,
  settingsPath,
  toSettings,
  toSources,
} from "./stack-settings";

/** A stack on a machine that is ready to run it. */
export interface ReadyStack {
  readonly machine: Machine;
  readonly stack: Stack;
  readonly config: StackConfig;
  /** Where in a cluster it is; nothing answers at the machine's Engine then. */
  readonly cluster?: ClusterTarget | undefined;
  /** What its last update has left; none of a stack that was made just now. */
  readonly deployed?: DeployedStack | undefined;
  /** Takes away the stack, where it was made just now; for who only looks. */
  readonly unmake?: () => Promise<void>;
}

/**
 * A machine with a source tree, for a stack that need not be there.
 *
 * @param like stacks whose files in the project's root may name the Engine: the first that there is
 */
export async function prepareMachine(
  root: string,
  like: readonly string[] = [plainStack],
): Promise<Pick<ReadyStack, "machine" | "config">> {
  const tools = await findTools(root, { redo: false });
  const read = (profile: MachineProfile) => readSettingsOfFile(root, like, profile);
  const settings = read(tools.profile);
  const machine = await setUp(root, tools, settings.engine());
  const guard = guardSecrets(root, machine.profile, () => chooseStack(root, tools, undefined));
  const profile = await ensureSource(root, machine.profile, settings.checked(), guard, report);
  return { machine: { ...machine, profile }, config: read(profile).checked() };
}

/**
 * Sets the machine up for a stack, and makes the stack where there is none: Pulumi first, then what the stack's
 * settings say, then the Engine that they name and the base images on it.
 *
 * @param flags what the command line asks for
 * @param redo whether to choose anew what set-up found
 */
export async function prepareStack(
  root: string,
  {
    stack: name,
    flags = {},
    redo = false,
  }: StackOption & {
    readonly flags?: Flags;
    readonly redo?: boolean;
  },
): Promise<ReadyStack> {
  const tools = await findTools(root, { redo });
  const chosen = await chooseStack(root, tools, name, flags);
  const known = await chosen.open();
  const [texts, deployed] =
    known === undefined ? [] : await Promise.all([readConfig(known), readDeployed(known)]);
  const before = toSources(texts ?? readTextsOfFile(root, [chosen.name]), tools.profile, flags);
  // What is encrypted cannot be read yet of a stack that is not there.
  const isReadable = texts !== undefined || !hasEncrypted(root, chosen.name);
  const areFilesRight = isReadable && refuseEarly(root, chosen.name, before);
  const settingsBefore = resolveSettings(before);
  const isInCluster = settingsBefore.config.target === "kubernetes";
  const cluster = isInCluster ? targetOf(chosen.name, settingsBefore.config) : undefined;
  if (deployed !== undefined) {
    throwIfAny(targetMoveProblems(chosen.name, cluster, deployed));
  }
  await ensureKubernetesPlugin(tools.pulumi, isInCluster, report);
  const machine = isInCluster
    ? { ...tools, engine: noEngine }
    : await setUpEngine(root, tools, settingsBefore.engine(), known, deployed);
  const hadFile = existsSync(settingsPath(root, chosen.name));
  const stack = known ?? (await chosen.create());
  // Set-up may have chosen what the settings leave open.
  const stackConfig = texts ?? (await readConfig(stack));
  const chosenSettings = toSettings(stackConfig, machine.profile, flags);
  const config = chosenSettings.checked();
  const started = { name: stack.name, settings: chosenSettings };
  const guard = guardSecrets(root, machine.profile, () => Promise.resolve(chosen), started);
  const profile = await ensureSource(root, machine.profile, config, guard, report);
  if (!areFilesRight) {
    refuseEarly(root, stack.name, toSources(stackConfig, profile, flags));
  }
  return {
    machine: { ...machine, profile },
    stack,
    config,
    cluster,
    deployed,
    ...(known === undefined ? { unmake: () => unmake(root, stack, hadFile) } : {}),
  };
}

async function setUpEngine(
  root: string,
  tools: Tools,
  named: NamedEngine,
  stack: Stack | undefined,
  deployed: DeployedStack | undefined,
): Promise<Machine> {
  if (stack !== undefined && deployed !== undefined) {
    await refuseMoved(stack, named, deployed);
  }
  return setUp(root, tools, named);
}

/** Of a stack in a cluster. */
const noEngine: DockerHost = { uri: "", origin: "" };

/** @param hadFile whether its settings file was there before it */
async function unmake(root: string, { name, workspace }: Stack, hadFile: boolean): Promise<void> {
  await workspace.removeStack(name, { preserveConfig: true });
  if (!hadFile) rmSync(settingsPath(root, name), { force: true });
}
