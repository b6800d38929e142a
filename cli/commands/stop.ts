import type { Stack } from "@pulumi/pulumi/automation";
import { engineOf } from "../container/deployed";
import { claimVolumes, keepClaims } from "../container/own-volumes";
import { runEngine } from "../engine-output";
import { printResult, say } from "../output";
import { openOnEngine, type StackOption } from "../stack";

/** Runs `pulumi destroy`: the container goes, the volumes stay. */
export async function stop(root: string, options: StackOption): Promise<void> {
  const opened = await openOnEngine(root, options);
  const { machine, stack, deployed } = opened;
  // Nothing but the container and the state may show that they are this stack's.
  keepClaims(root, await claimVolumes(root, engineOf(machine), opened, deployed.volumes));
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
