import { dirname, join } from "node:path";
import type { LocalWorkspace, Stack, StackSummary } from "@pulumi/pulumi/automation";
import { checkStackName, plainStack } from "../config/names";
import { mendState } from "../config/engine/mend-state";
import type { Settings } from "../config/resolve-settings";
import { flagsEnvironment, type Flags } from "../config/settings/flags";
import { requireFree } from "./locks";
import { print } from "./output";
import type { StackOption } from "./options";
import { run } from "./process";
import { pulumiEnvironment, type Tools } from "./setup";
import { readSettings, readSettingsOfFile } from "./stack-settings";
import { UsageError, UserError } from "./user-error";

/** Which stack a command is about. */
export interface ChosenStack {
  readonly name: string;
  /** The names of all the stacks that there are. */
  readonly existing: readonly string[];
  /** Opens it, or another one, where it is there. */
  readonly open: (name?: string) => Promise<Stack | undefined>;
  /** Makes it where it is not there. */
  readonly create: () => Promise<Stack>;
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
  return openChosen(await chooseStack(root, tools, name));
}

async function openChosen({ name, existing, open }: ChosenStack): Promise<Stack> {
  const stack = await open();
  if (stack === undefined) {
    throw new UserError(
      "KALISI-STACK-UNKNOWN",
      existing.length === 0
        ? `There is no stack ${name}, nor any other: npm start makes one`
        : `There is no stack ${name}. Name one that there is, such as --stack ${existing[0] ?? ""}; there are: ${existing.join(", ")}`,
    );
  }
  return stack;
}

/** {@link openStack}, unless no stack was named and there is none yet. */
export async function findStack(
  root: string,
  tools: Tools,
  option: StackOption,
): Promise<Stack | undefined> {
  const chosen = await chooseStack(root, tools, option.stack);
  return option.stack === undefined && chosen.existing.length === 0
    ? undefined
    : openChosen(chosen);
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
    throw new UsageError(
      "KALISI-STACK-NAME",
      `PULUMI_STACK = ${JSON.stringify(PULUMI_STACK)}: ${problem}`,
    );
  }
  return PULUMI_STACK === "" ? undefined : PULUMI_STACK;
}

/** {@link lookUpStack}, once what a power cut has left of Pulumi's files is mended. */
export function chooseStack(
  root: string,
  tools: Tools,
  name: string | undefined,
  flags: Flags = {},
): Promise<ChosenStack> {
  mendState(root, process.env).forEach(print);
  return lookUpStack(root, tools, name, flags);
}

/** The stack that a command is about: the named one, else PULUMI_STACK's, the selected one, `dev`. Changes nothing. */
export async function lookUpStack(
  root: string,
  tools: Tools,
  name: string | undefined,
  flags: Flags = {},
): Promise<ChosenStack> {
  const named = name ?? stackOfEnvironment();
  const env = { ...pulumiEnvironment(tools.pulumi), ...flagsEnvironment(flags) };
  // Pulumi is at work on that while this process loads what drives Pulumi.
  const listing = listStacks(root, tools, env);
  const workspace = await openWorkspace(root, tools, env);
  const stacks = (await listing) ?? (await workspace.listStacks());
  const chosen = named ?? stacks.find(({ current }) => current)?.name ?? plainStack;
  const existing = stacks.map((stack) => stack.name);
  const { Stack } = await import("@pulumi/pulumi/automation");
  return {
    name: chosen,
    existing,
    open: async (one = chosen) =>
      existing.includes(one) ? await Stack.select(one, workspace) : undefined,
    create: () => {
      requireFree(root, chosen, `stack ${chosen} was not made`);
      if (named !== undefined) {
        workspace.createStack = (one) => makeUnselected(root, tools, env, one);
      }
      return Stack.create(chosen, workspace);
    },
  };
}

/** Pulumi selects what it makes, and the next command without --stack would be about a stack that was only named once. */
async function makeUnselected(
  root: string,
  { pulumi }: Tools,
  env: Readonly<Record<string, string>>,
  name: string,
): Promise<void> {
  await run(join(pulumi.bin, "pulumi"), ["stack", "init", "--no-select", name], {
    cwd: root,
    env: { ...process.env, ...env },
  });
}

/** Undefined where that fails: the Automation API then says why. */
async function listStacks(
  root: string,
  { pulumi }: Tools,
  env: Readonly<Record<string, string>>,
): Promise<readonly Pick<StackSummary, "name" | "current">[] | undefined> {
  try {
    const text = await run(join(pulumi.bin, "pulumi"), ["stack", "ls", "--json"], {
      cwd: root,
      env: { ...process.env, ...env },
    });
    return JSON.parse(text) as readonly StackSummary[];
  } catch {
    return undefined;
  }
}

async function openWorkspace(
  root: string,
  { pulumi }: Tools,
  envVars: Record<string, string>,
): Promise<LocalWorkspace> {
  // On its own first: it asks Pulumi for its version, which takes as long as to load the rest.
  const { PulumiCommand } = await import("@pulumi/pulumi/automation/cmd");
  const asked = PulumiCommand.get({ root: dirname(pulumi.bin) });
  const [pulumiCommand, { LocalWorkspace }] = await Promise.all([
    asked,
    import("@pulumi/pulumi/automation"),
  ]);
  const workspace = await LocalWorkspace.create({ workDir: root, pulumiCommand, envVars });
  // To open a stack, the Automation API selects it. The next command without --stack would then be
  // about that one: a wipe, say.
  workspace.selectStack = () => Promise.resolve();
  return workspace;
}
