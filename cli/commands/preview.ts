import type { PreviewOptions, Stack } from "@pulumi/pulumi/automation";
import { EngineOutput } from "../engine-output";
import { printResult } from "../output";
import { prepareStack, type StackOption } from "../stack";
import { UserError } from "../user-error";

/** Runs `pulumi preview`. */
export async function preview(root: string, options: StackOption): Promise<void> {
  const { stack } = await prepareStack(root, options);
  printResult(await planStack(stack));
}

/** What `npm start` would change, for programs. */
export interface Plan extends Readonly<Record<string, unknown>> {
  readonly stack: string;
  /** How many resources would be `create`d, `replace`d, left the `same` ... */
  readonly changes: Readonly<Record<string, number>>;
}

/** Shows a stack's plan, and changes nothing. */
export async function planStack(stack: Stack, options: PreviewOptions = {}): Promise<Plan> {
  const output = new EngineOutput();
  try {
    const { changeSummary } = await stack.preview({ ...output.options, diff: true, ...options });
    return { stack: stack.name, changes: changeSummary };
  } catch {
    throw new UserError(`npm run preview: no plan:\n${output.reason()}`);
  }
}
