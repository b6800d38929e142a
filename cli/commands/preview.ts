import { writeFileSync } from "node:fs";
import { Command } from "@commander-js/extra-typings";
import type { PreviewOptions as EngineOptions } from "@pulumi/pulumi/automation";
import { chooseNames, plainStack } from "../../config/names";
import { refusePaused } from "../container/answers";
import { mandatory, violationLine } from "../../policy/evaluate";
import { runEngine } from "../progress/run-engine";
import { printResult, print } from "../output";
import { comparePlans, type Comparison } from "../plan/compare";
import { toMarkdown } from "../plan/markdown";
import { StepRecorder, toPlan } from "../plan/plan";
import { checkPolicies, findPack, type PolicyReport } from "../plan/policies";
import { requireWritable } from "../named-place";
import { jsonOption, once, stackOption, type StackOption } from "../options";
import { prepareMachine, prepareStack, type ReadyStack } from "../stack";
import { UserError } from "../user-error";

interface PreviewOptions extends StackOption {
  /** A revision: the plan is then what has changed since, in a state of its own. */
  readonly base?: string | undefined;
  /** A file for the plan that is compared with a base, as a pull request's comment. */
  readonly markdown?: string | undefined;
}

export const declare = (root: string) =>
  new Command("preview")
    .description("show what npm start would change, and check it by policy")
    .addOption(stackOption())
    .addOption(jsonOption())
    .option("--base <ref>", "what changes from another revision on, for a stack made for it", once)
    .option("--markdown <file>", "write that as a pull request's comment", once)
    .action((options) => preview(root, options));

/** Runs `pulumi preview` and checks its plan. Exit code 1 where a mandatory policy is violated. */
async function preview(root: string, options: PreviewOptions): Promise<void> {
  const { base, markdown, stack } = options;
  if (base === undefined && markdown !== undefined) {
    throw new UserError(
      "KALISI-OPTION-WRONG",
      "--markdown shows what a revision changes: name the other with --base REF",
    );
  }
  if (base === undefined) {
    const ready = await prepareStack(root, { ...options, flags: { planFirst: true } });
    printResult(await planStack(root, ready));
  } else {
    await planChange(root, base, stack ?? "ci", markdown);
  }
}

/** What `npm start` would change, for programs. */
export interface Plan extends Readonly<Record<string, unknown>> {
  readonly stack: string;
  /** How many resources would be `create`d, `replace`d, left the `same` ... */
  readonly changes: Readonly<Record<string, number>>;
}

/**
 * Shows a stack's plan, checks it, and changes nothing.
 *
 * @param ready prepared with the flag `planFirst`: its program would show no plan that is refused
 */
export async function planStack(
  root: string,
  ready: ReadyStack,
  options: EngineOptions = {},
): Promise<Plan> {
  try {
    return await planReady(root, ready, options);
  } finally {
    // A name that was mistyped is no stack from then on.
    await ready.unmake?.();
  }
}

async function planReady(
  root: string,
  { stack, machine, config }: ReadyStack,
  options: EngineOptions,
): Promise<Plan> {
  await refusePaused(machine, chooseNames(stack.name, config.names).container);
  const recorder = new StepRecorder();
  const pack = findPack(root, machine.pulumi);
  const { changeSummary } = await runEngine(
    "npm run preview: no plan",
    "everything",
    (output) => stack.preview({ ...output, ...pack, diff: true, ...options }),
    recorder.onEvent,
  );
  printReport(await checkPolicies(root, toPlan(recorder.steps), pack !== undefined));
  return { stack: stack.name, changes: changeSummary };
}

async function planChange(
  root: string,
  base: string,
  stack: string,
  markdown: string | undefined,
): Promise<void> {
  if (markdown !== undefined) requireWritable(markdown, "--markdown FILE");
  const { machine, config } = await prepareMachine(root, [stack, plainStack]);
  const check = (plan: Comparison["plan"]) => checkPolicies(root, plan, false);
  const comparison = await comparePlans(root, machine, config.source.path, base, stack, check);
  const text = toMarkdown(comparison, comparison.policies);
  if (markdown === undefined) {
    print(text);
  } else {
    writeFileSync(markdown, text);
    print(`The plan is in ${markdown}`);
  }
  printReport(comparison.policies);
}

function printReport({ checked, violations, refused }: PolicyReport): void {
  print(checked);
  for (const violation of violations) print(violationLine(violation));
  if (refused) {
    const count = mandatory(violations).length;
    throw new UserError(
      "KALISI-POLICY-REFUSED",
      `npm run preview: refused by policy: ${count} mandatory, see above. Nothing was touched`,
    );
  }
}
