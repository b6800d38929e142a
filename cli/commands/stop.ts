import { setUp } from "../setup";
import { EngineOutput, openStack } from "../stack";
import { UserError } from "../user-error";

/** Runs `pulumi destroy`: the container goes, the volumes stay. */
export async function stop(root: string, { stack: name }: { readonly stack?: string }) {
  const machine = await setUp(root, { redo: false });
  const stack = await openStack(root, machine, name);
  const output = new EngineOutput();
  try {
    await stack.destroy(output.options);
  } catch {
    throw new UserError(`npm stop: not stopped:\n${output.reason()}`);
  }
  console.log("Kalisi is stopped. Its volumes are kept; npm start brings it back.");
}
