import { writeFileSync } from "node:fs";
import { comparePlans } from "../plan/compare";
import { toMarkdown } from "../plan/markdown";
import { StepRecorder, toPlan } from "../plan/plan";
import { checkPolicies, describe, findPack, type PolicyReport } from "../plan/policies";
import { setUp, type Machine } from "../setup";
import { EngineOutput, openStack } from "../stack";
import { UserError } from "../user-error";

export interface PreviewOptions {
  readonly stack?: string;
  /** A revision: the plan is then what has changed since, in a state of its own. */
  readonly base?: string;
  /** A file for the plan that is compared with a base, as a pull request's comment. */
  readonly markdown?: string;
}

/** Runs `pulumi preview` and checks its plan. Exit code 1 where a mandatory policy is violated. */
export async function preview(root: string, options: PreviewOptions): Promise<void> {
  if (options.base === undefined && options.markdown !== undefined) {
    throw new UserError("--markdown shows what a revision changes: name the other with --base REF");
  }
  const machine = await setUp(root, { redo: false });
  const report =
    options.base === undefined
      ? await previewStack(root, machine, options.stack)
      : await previewChange(root, machine, { ...options, base: options.base });
  console.log(report.checked);
  for (const violation of report.violations) console.log(describe(violation));
  if (report.refused) {
    const count = report.violations.filter(({ level }) => level === "mandatory").length;
    throw new UserError(
      `npm run preview: refused by policy: ${count} mandatory, see above. Nothing was touched`,
    );
  }
}

async function previewStack(
  root: string,
  machine: Machine,
  name: string | undefined,
): Promise<PolicyReport> {
  const stack = await openStack(root, machine, name);
  const output = new EngineOutput();
  const recorder = new StepRecorder();
  const pack = findPack(root, machine.pulumi);
  try {
    await stack.preview({
      ...output.options,
      ...pack,
      diff: true,
      onEvent: recorder.onEvent,
    });
  } catch {
    throw new UserError(`npm run preview: no plan:\n${output.reason()}`);
  }
  return checkPolicies(root, toPlan(recorder.steps), pack !== undefined);
}

async function previewChange(
  root: string,
  machine: Machine,
  { base, stack, markdown }: PreviewOptions & { readonly base: string },
): Promise<PolicyReport> {
  const comparison = await comparePlans(root, machine, base, stack ?? "ci");
  const report = await checkPolicies(root, comparison.plan, false);
  const text = toMarkdown(comparison, report);
  if (markdown === undefined) {
    console.log(text);
  } else {
    writeFileSync(markdown, text);
    console.log(`The plan is in ${markdown}`);
  }
  return report;
}
