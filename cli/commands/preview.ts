import type { PreviewOptions, Stack } from "@pulumi/pulumi/automation";
import { runEngine } from "../engine-output";
import { printResult } from "../output";
import { prepareStack, type StackOption } from "../stack";

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
  const { changeSummary } = await runEngine("npm run preview: no plan", (output) =>
    stack.preview({ ...output, diff: true, ...options }),
  );
  return { stack: stack.name, changes: changeSummary };
}
