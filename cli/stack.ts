import { dirname } from "node:path";
import { LocalWorkspace, PulumiCommand, Stack } from "@pulumi/pulumi/automation";
import { readMachineProfile } from "../config/machine";
import { plainStack } from "../config/names";
import type { StackConfig } from "../config/schema";
import { pulumiEnvironment, setUp, type Machine } from "./setup";
import { report } from "./setup/report";
import { ensureSource } from "./setup/source";
import { readStackConfig } from "./stack-config";
import { UserError } from "./user-error";

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

/** A machine with a source tree, for what belongs to no stack. */
export async function prepareMachine(root: string): Promise<Machine> {
  const machine = await setUp(root, { redo: false });
  await ensureSource(root, await readStackConfig(undefined, machine.profile), report);
  return { ...machine, profile: readMachineProfile(root) };
}

/**
 * Sets the machine up for a stack, and makes the stack where there is none.
 *
 * @param settings environment variables that the program reads, over the user's own
 * @param redo whether to choose anew what set-up found
 */
export async function prepareStack(
  root: string,
  {
    stack: name,
    settings = {},
    redo = false,
  }: StackOption & {
    readonly settings?: Readonly<Record<string, string>>;
    readonly redo?: boolean;
  },
): Promise<ReadyStack> {
  const machine = await setUp(root, { redo });
  const { workspace, chosen, existing } = await chooseStack(root, machine, name, settings);
  const stack = existing.includes(chosen)
    ? await Stack.select(chosen, workspace)
    : await Stack.create(chosen, workspace);
  const config = await readStackConfig(stack, machine.profile);
  await ensureSource(root, config, report);
  return { machine, stack, config };
}

/**
 * Opens a stack that is there: the named one, else PULUMI_STACK's, else the one that the user has
 * selected, else `dev`.
 */
export async function openStack(
  root: string,
  machine: Machine,
  { stack: name }: StackOption,
): Promise<Stack> {
  const { workspace, chosen, existing } = await chooseStack(root, machine, name);
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
  machine: Machine,
  option: StackOption,
): Promise<Stack | undefined> {
  const { existing } = await chooseStack(root, machine, option.stack);
  return option.stack === undefined && existing.length === 0
    ? undefined
    : openStack(root, machine, option);
}

async function chooseStack(
  root: string,
  machine: Machine,
  name: string | undefined,
  settings: Readonly<Record<string, string>> = {},
) {
  const pulumiCommand = await PulumiCommand.get({ root: dirname(machine.pulumi.bin) });
  const envVars = { ...pulumiEnvironment(machine.pulumi), ...settings };
  const workspace = await LocalWorkspace.create({ workDir: root, pulumiCommand, envVars });
  // To open a stack, the Automation API selects it. The next command without --stack would then be
  // about that one: a wipe, say.
  workspace.selectStack = () => Promise.resolve();
  const stacks = await workspace.listStacks();
  const chosen =
    name ??
    process.env["PULUMI_STACK"] ??
    stacks.find(({ current }) => current)?.name ??
    plainStack;
  return { workspace, chosen, existing: stacks.map((stack) => stack.name) };
}
