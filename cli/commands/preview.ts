import { setUp } from "../setup";
import { openStack, streaming } from "../stack";
import { UserError } from "../user-error";

/** Runs `pulumi preview`. */
export async function preview(root: string, { stack: name }: { readonly stack?: string }) {
  const machine = await setUp(root, { redo: false });
  const stack = await openStack(root, machine, name);
  try {
    await stack.preview({ ...streaming(), diff: true });
  } catch {
    throw new UserError("npm run preview: no plan; the reason stands above");
  }
}
