import { setUp } from "../setup";
import { EngineOutput, openStack } from "../stack";
import { UserError } from "../user-error";

/** Runs `pulumi preview`. */
export async function preview(root: string, { stack: name }: { readonly stack?: string }) {
  const machine = await setUp(root, { redo: false });
  const stack = await openStack(root, machine, name);
  const output = new EngineOutput();
  try {
    await stack.preview({ ...output.options, diff: true });
  } catch {
    throw new UserError(`npm run preview: no plan:\n${output.reason()}`);
  }
}
