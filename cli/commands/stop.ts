import { Command } from "@commander-js/extra-typings";
import type { Stack } from "@pulumi/pulumi/automation";
import { refusePaused } from "../container/answers";
import { engineOf } from "../container/deployed";
import { claimVolumes, keepClaims } from "../container/own-volumes";
import { removeLeftParts } from "../container/parts";
import { shownBy, type Shown } from "../progress/run-engine";
import { updateStack } from "../progress/update-stack";
import { jsonOption, stackOption, verboseOption, type UpdateOptions } from "../options";
import { printResult, print } from "../output";
import { openAnywhere } from "../open-stack";

export const declare = (root: string) =>
  new Command("stop")
    .description("pulumi destroy: removes the container, keeps the volumes")
    .addOption(stackOption())
    .addOption(jsonOption())
    .addOption(verboseOption())
    .action((options) => stop(root, options));

const notStopped = "npm stop: not stopped";

/** Runs `pulumi destroy`: the container goes, the volumes stay. */
async function stop(root: string, options: UpdateOptions): Promise<void> {
  const opened = await openAnywhere(root, options);
  if ("cluster" in opened) {
    const changes = await destroyStack(opened.stack, notStopped, shownBy(options));
    print("Kalisi is stopped. Its claim is kept in the cluster; npm start brings it back.");
    printResult({ stack: opened.stack.name, changes });
    return;
  }
  const { machine, stack, deployed } = opened;
  if (deployed.container !== undefined) {
    await refusePaused(machine, deployed.container);
  }
  // Nothing but the container and the state may show that they are this stack's.
  keepClaims(root, await claimVolumes(root, engineOf(machine), opened, deployed.volumes));
  const changes = await destroyStack(stack, notStopped, shownBy(options));
  await removeLeftParts(opened);
  print("Kalisi is stopped. Its volumes are kept; npm start brings it back.");
  printResult({ stack: stack.name, changes });
}

/**
 * Destroys what a stack declares; volumes are retained.
 *
 * @param failure what the error begins with
 */
export async function destroyStack(stack: Stack, failure: string, shown: Shown) {
  return (await updateStack(stack, failure, shown, (output) => stack.destroy(output))).changes;
}
