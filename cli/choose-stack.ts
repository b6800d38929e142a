import { dirname } from "node:path";
import { LocalWorkspace, PulumiCommand, Stack } from "@pulumi/pulumi/automation";
import { checkStackName, plainStack } from "../config/names";
import type { Settings } from "../config/resolve-settings";
import { flagsEnvironment, type Flags } from "../config/settings/flags";
import { pulumiEnvironment, type Tools } from "./setup";
import { readSettings, readSettingsOfFile } from "./stack-settings";
import { UsageError, UserError } from "./user-error";

/** The option that every command of a stack has. */
export interface StackOption {
  readonly stack?: string;
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

/** The stack that a command is about: the named one, else PULUMI_STACK's, the selected one, `dev`; and all there are. */
export async function chooseStack(
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
