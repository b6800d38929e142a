import { dirname } from "node:path";
import { LocalWorkspace, PulumiCommand, Stack } from "@pulumi/pulumi/automation";
import type { DockerHost, NamedEngine } from "../config/engine/endpoint";
import { formerEngine, movedProblem } from "../config/engine/engine-move";
import { throwIfAny } from "../config/errors";
import { checkStackName, plainStack } from "../config/names";
import type { MachineProfile } from "../config/machine-profile";
import type { Settings } from "../config/resolve-settings";
import { flagsEnvironment, type Flags } from "../config/settings/flags";
import type { StackConfig } from "../config/settings/schema";
import { readDeployed, type DeployedStack } from "./container/deployed";
import { findEngine, findTools, pulumiEnvironment, setUp, type Machine, type Tools } from "./setup";
import { report } from "./setup/report";
import { ensureSource } from "./setup/source";
import { readSettings, readSettingsOfFile } from "./stack-settings";
import { UsageError, UserError } from "./user-error";

/** The option that every command of a stack has. */
export interface StackOption {
  readonly stack?: string;
}

/** A stack on a machine that is ready to run it. */
export interface ReadyStack {
  readonly machine: Machine;
  readonly stack: Stack;
  readonly config: StackConfig;
}

/** A stack that is there, with what its last update has left and where. */
export interface OpenStack {
  /** Its Engine is the one that the stack is on. */
  readonly machine: Machine;
  readonly stack: Stack;
  readonly settings: Settings;
  readonly deployed: DeployedStack;
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
  const profile = await ensureSource(root, machine.profile, settings.checked(), report);
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
  const { workspace, chosen, existing } = await chooseStack(root, tools, name, flags);
  const known = existing.includes(chosen) ? await Stack.select(chosen, workspace) : undefined;
  const settings =
    known === undefined
      ? readSettingsOfFile(root, [chosen], tools.profile, flags)
      : await readSettings(known, tools.profile, flags);
  const named = settings.engine();
  if (known !== undefined) {
    settings.checked();
    await refuseMoved(known, named, await readDeployed(known));
  }
  const machine = await setUp(root, tools, named);
  const stack = known ?? (await Stack.create(chosen, workspace));
  // Set-up may have chosen what the settings leave open.
  const config = (await readSettings(stack, machine.profile, flags)).checked();
  const profile = await ensureSource(root, machine.profile, config, report);
  return { machine: { ...machine, profile }, stack, config };
}

/** The program says so as well, but only once Pulumi has asked the former Engine, which may be gone. */
async function refuseMoved(
  stack: Stack,
  named: NamedEngine,
  deployed: DeployedStack,
): Promise<void> {
  const former = await formerEngine(named, deployed);
  throwIfAny(former === undefined ? [] : [movedProblem(named, former, stack.name)]);
}

/**
 * Opens a stack that is there, and the Engine that it is on: the one of its last update as long as something is
 * up there, else the one that its settings name.
 *
 * @param mayHaveMoved whether it is no matter that those are two; else that is refused
 */
export async function openOnEngine(
  root: string,
  option: StackOption,
  { mayHaveMoved = true }: { readonly mayHaveMoved?: boolean } = {},
): Promise<OpenStack> {
  const tools = await findTools(root, { redo: false });
  const stack = await openStack(root, tools, option);
  const settings = await readSettings(stack, tools.profile);
  const deployed = await readDeployed(stack);
  if (!mayHaveMoved) {
    await refuseMoved(stack, settings.engine(), deployed);
  }
  const engine = engineOfStack(stack, settings, deployed);
  return { machine: await findEngine(root, tools, engine), stack, settings, deployed };
}

function engineOfStack(
  stack: Stack,
  settings: Settings,
  { host, container }: DeployedStack,
): DockerHost & Partial<NamedEngine> {
  if (host === undefined || container === undefined) {
    return settings.engine();
  }
  const named = tryTo(settings.engine);
  return named?.uri === host ? named : { uri: host, origin: `stack ${stack.name}'s last update` };
}

/** Wrong settings are no reason to leave what is up alone. */
function tryTo<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/**
 * Opens a stack that is there: the named one, else PULUMI_STACK's, else the one that the user has
 * selected, else `dev`.
 */
export async function openStack(
  root: string,
  tools: Tools,
  { stack: name }: StackOption,
): Promise<Stack> {
  const { workspace, chosen, existing } = await chooseStack(root, tools, name);
  if (!existing.includes(chosen)) {
    throw new UserError(
      existing.length === 0
        ? `There is no stack ${chosen}, nor any other: npm start makes one`
        : `There is no stack ${chosen}. There are: ${existing.join(", ")}`,
    );
  }
  return Stack.select(chosen, workspace);
}

/** {@link openStack}, unless no stack was named and there is none yet. */
export async function findStack(
  root: string,
  tools: Tools,
  option: StackOption,
): Promise<Stack | undefined> {
  const { existing } = await chooseStack(root, tools, option.stack);
  return option.stack === undefined && existing.length === 0
    ? undefined
    : openStack(root, tools, option);
}

/** The settings of {@link findStack}'s stack, else those of the stack that `npm start` would make. */
export async function findSettings(
  root: string,
  tools: Tools,
  option: StackOption,
): Promise<Settings> {
  const stack = await findStack(root, tools, option);
  return stack === undefined
    ? readSettingsOfFile(root, [nameToMake()], tools.profile)
    : readSettings(stack, tools.profile);
}

/** The stack that is made where nobody has named one and there is none. */
export function nameToMake(): string {
  return stackOfEnvironment() ?? plainStack;
}

function stackOfEnvironment(): string | undefined {
  const { PULUMI_STACK } = process.env;
  const problem = PULUMI_STACK ? checkStackName(PULUMI_STACK) : undefined;
  if (problem !== undefined) {
    throw new UsageError(`PULUMI_STACK = ${JSON.stringify(PULUMI_STACK)}: ${problem}`);
  }
  return PULUMI_STACK === "" ? undefined : PULUMI_STACK;
}

async function chooseStack(
  root: string,
  tools: Tools,
  name: string | undefined,
  flags: Flags = {},
) {
  const named = name ?? stackOfEnvironment();
  const workspace = await openWorkspace(root, tools, flags);
  const stacks = await workspace.listStacks();
  const chosen = named ?? stacks.find(({ current }) => current)?.name ?? plainStack;
  return { workspace, chosen, existing: stacks.map((stack) => stack.name) };
}

async function openWorkspace(
  root: string,
  { pulumi }: Tools,
  flags: Flags = {},
): Promise<LocalWorkspace> {
  const pulumiCommand = await PulumiCommand.get({ root: dirname(pulumi.bin) });
  const envVars = { ...pulumiEnvironment(pulumi), ...flagsEnvironment(flags) };
  const workspace = await LocalWorkspace.create({ workDir: root, pulumiCommand, envVars });
  // To open a stack, the Automation API selects it. The next command without --stack would then be
  // about that one: a wipe, say.
  workspace.selectStack = () => Promise.resolve();
  return workspace;
}
