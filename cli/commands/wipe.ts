import { createInterface } from "node:readline/promises";
import type Docker from "dockerode";
import { engineOf, inspect, readDeployed } from "../container/deployed";
import { formatBytes, measureVolumes, usersOf, volumeNames } from "../container/volumes";
import { printResult, progress, say } from "../output";
import { findTools } from "../setup";
import { openStack, type StackOption } from "../stack";
import { readStackConfig } from "../stack-config";
import { UsageError, UserError } from "../user-error";
import { destroyStack } from "./stop";

export interface WipeOptions extends StackOption {
  readonly confirm?: string;
}

/** Removes a stack's container and its volumes, once the user has named the stack. */
export async function wipe(root: string, options: WipeOptions): Promise<void> {
  const machine = await findTools(root, { redo: false });
  const stack = await openStack(root, machine, options);
  const config = await readStackConfig(stack, machine.profile);
  const docker = engineOf(machine);
  const deployed = await readDeployed(stack);
  const volumes = await measureVolumes(docker, volumeNames(stack.name, config, deployed));
  const names = volumes.map(({ name }) => name);
  const container =
    deployed.container !== undefined && (await inspect(docker, deployed.container)) !== undefined
      ? deployed.container
      : undefined;
  if (volumes.length === 0 && container === undefined) {
    say(`Stack ${stack.name} has neither a container nor a volume: there is nothing to remove.`);
    printResult({ stack: stack.name, removed: [] });
    return;
  }
  await refuseForOthers(docker, names, deployed.container);

  say(`This goes, and nothing brings it back (stack ${stack.name}):`);
  if (container !== undefined) say(`  container ${container}`);
  for (const { name, bytes } of volumes) say(`  volume ${name}, ${formatBytes(bytes)}`);
  await confirm(stack.name, options.confirm);

  await destroyStack(stack, "npm run wipe: no volume was removed");
  for (const name of names) {
    await docker.getVolume(name).remove();
    say(`Removed volume ${name}`);
  }
  say(`Nothing is left of stack ${stack.name} but its configuration; npm start begins anew.`);
  printResult({ stack: stack.name, removed: names });
}

async function refuseForOthers(
  docker: Docker,
  volumes: readonly string[],
  own: string | undefined,
): Promise<void> {
  for (const volume of volumes) {
    const other = (await usersOf(docker, volume)).find((user) => user !== own);
    if (other !== undefined) {
      throw new UserError(
        `Nothing was removed: volume ${volume} is used by the container ${other}, which this stack did not make.\nRemove that first, if it may go: docker rm --force ${other}`,
      );
    }
  }
}

async function confirm(stack: string, given: string | undefined): Promise<void> {
  if (given === undefined && !process.stdin.isTTY) {
    throw new UsageError(
      `Nothing was removed: there is no terminal to ask on.\nAdd --confirm ${stack}`,
    );
  }
  const name = given ?? (await ask(`Type the stack's name, ${stack}, to remove all of this: `));
  if (name !== stack) {
    throw new UserError(
      `Nothing was removed: ${JSON.stringify(name)} is not the stack's name, ${stack}`,
    );
  }
}

async function ask(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: progress() });
  try {
    const ended = new Promise<string>((resolve) => {
      // Ctrl-C or Ctrl-D: an answer as well.
      terminal.once("close", () => {
        resolve("");
      });
    });
    return await Promise.race([terminal.question(question), ended]);
  } finally {
    terminal.close();
  }
}
