import type { Stack } from "@pulumi/pulumi/automation";
import { runEngine } from "../engine-output";
import { printResult, say } from "../output";
import { findTools } from "../setup";
import { openStack, type StackOption } from "../stack";

/** Runs `pulumi destroy`: the container goes, the volumes stay. */
export async function stop(root: string, options: StackOption): Promise<void> {
  const machine = await findTools(root, { redo: false });
  const stack = await openStack(root, machine, options);
  const changes = await destroyStack(stack, "npm stop: not stopped");
  say("Kalisi is stopped. Its volumes are kept; npm start brings it back.");
  printResult({ stack: stack.name, changes });
}

/**
 * Destroys what a stack declares; volumes are retained.
 *
 * @param failure what the error begins with
 */
export async function destroyStack(stack: Stack, failure: string) {
  return (await runEngine(failure, (output) => stack.destroy(output))).summary.resourceChanges;
}
