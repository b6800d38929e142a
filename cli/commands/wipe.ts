import { Command } from "@commander-js/extra-typings";
import type Docker from "dockerode";
import { dockerCommand } from "../../config/engine/docker-command";
import { engineMessage, isNotFound } from "../../config/engine/message";
import { whose } from "../../config/engine/stack-owner";
import { forgetVolume } from "../../config/engine/volume-ledger";
import { derivedPorts } from "../../config/names";
import { wipeInCluster } from "../cluster/wipe";
import { confirmStack } from "../confirm";
import { refusePaused } from "../container/answers";
import { engineOf, inspect } from "../container/deployed";
import { claimVolumes, keepClaims, type ClaimedVolumes } from "../container/own-volumes";
import { findParts, removeLeftParts } from "../container/parts";
import { formatBytes, measureVolumes, usersOf, volumeNames } from "../container/volumes";
import { adviseOnHostKeys } from "../known-host";
import { jsonOption, once, stackOption, verboseOption, type UpdateOptions } from "../options";
import { printResult, print } from "../output";
import { shownBy } from "../progress/run-engine";
import type { Machine } from "../setup";
import { stopKeepingNeighboursOut } from "../setup/neighbours";
import { openAnywhere, type OpenStack } from "../open-stack";
import { UserError } from "../user-error";
import { destroyStack } from "./stop";

interface WipeOptions extends UpdateOptions {
  readonly confirm?: string | undefined;
}

export const declare = (root: string) =>
  new Command("wipe")
    .description("remove the container and its volumes, with all data")
    .addOption(stackOption())
    .addOption(jsonOption())
    .option("--confirm <name>", "the stack's name, instead of typing it when asked", once)
    .addOption(verboseOption())
    .action((options) => wipe(root, options));

const noneRemoved = "npm run wipe: no volume was removed";

/** Removes a stack's container and its volumes, once the user has named the stack. */
async function wipe(root: string, options: WipeOptions): Promise<void> {
  const opened = await openAnywhere(root, options, { mayHaveMoved: false });
  if ("cluster" in opened) {
    await wipeInCluster(opened, options.confirm, () =>
      destroyStack(opened.stack, noneRemoved, shownBy(options)),
    );
    return;
  }
  const { machine, stack, settings, deployed } = opened;
  const docker = engineOf(machine);
  const wanted = volumeNames(stack.name, settings.checked(), deployed);
  const claimed = await claimVolumes(root, docker, opened, wanted);
  const names = claimed.volumes.map(({ volume }) => volume.name);
  const container =
    deployed.container !== undefined && (await inspect(docker, deployed.container)) !== undefined
      ? deployed.container
      : undefined;
  const found = (await findParts(opened)).map(({ kind, name }) => `${kind} ${name}`);
  const parts = new Set([...(container === undefined ? [] : [`container ${container}`]), ...found]);
  if (names.length === 0 && parts.size === 0) {
    await stopKeepingNeighboursOut(machine);
    print(`Stack ${stack.name} has neither a container nor a volume: there is nothing to remove.`);
    printResult({ stack: stack.name, removed: [] });
    return;
  }
  refuseForeign("Nothing was removed", machine, claimed);
  await refuseForOthers(machine, names, deployed.container);
  if (container !== undefined) await refusePaused(machine, container);

  print(`This goes, and nothing brings it back (stack ${stack.name}, ${machine.engine.uri}):`);
  for (const part of parts) print(`  ${part}`);
  for (const { name, bytes } of await measureVolumes(docker, names)) {
    print(`  volume ${name}, ${formatBytes(bytes)}`);
  }
  await confirmStack(stack.name, options.confirm, {
    purpose: "to remove all of this",
    refusal: "Nothing was removed",
  });

  // An interrupted wipe is gone on with, though the container and the state say nothing any more.
  keepClaims(root, claimed);
  await destroyStack(stack, noneRemoved, shownBy(options));
  await removeLeftParts(opened);
  for (const name of names) {
    await removeVolume(root, docker, opened, name);
    forgetVolume(root, stack.name, name, claimed.engine.id);
    print(`Removed volume ${name}`);
  }
  await stopKeepingNeighboursOut(machine);
  const { ssh } = settings.checked();
  (await adviseOnHostKeys(ssh.port ?? derivedPorts(stack.name).ssh)).forEach(print);
  print(`Nothing is left of stack ${stack.name} but its configuration; npm start begins anew.`);
  printResult({ stack: stack.name, removed: names });
}

/** Removes one that is still the stack's, and that nobody uses: the Engine itself refuses that. */
async function removeVolume(
  root: string,
  docker: Docker,
  opened: OpenStack,
  name: string,
): Promise<void> {
  const claimed = await claimVolumes(
    root,
    docker,
    { ...opened, deployed: { ids: [], volumes: [], addresses: {} } },
    [name],
  );
  refuseForeign("That is all that was removed", opened.machine, claimed);
  try {
    await docker.getVolume(name).remove();
  } catch (error) {
    if (!isNotFound(error)) {
      throw new UserError(
        "KALISI-VOLUME-NOT-REMOVED",
        `Volume ${name} was not removed: ${engineMessage(error)}\nRemove what uses it, then type npm run wipe again`,
      );
    }
  }
}

function refuseForeign(
  removed: string,
  { engine }: Machine,
  { volumes, owner }: ClaimedVolumes,
): void {
  const foreign = volumes.flatMap(({ volume, claim }) => (claim === undefined ? [volume] : []));
  if (foreign.length > 0) {
    throw new UserError(
      "KALISI-VOLUME-WIPE",
      [
        `${removed}: not all volumes of these names are this stack's.`,
        ...foreign.map(
          ({ name, labels }) =>
            `  volume ${name}: ${whose(labels, owner) ?? "nothing shows whose it is (an older version, compose or somebody made it)"}`,
        ),
        `To remove them all the same, with all data: ${dockerCommand(engine.uri, `volume rm ${foreign.map(({ name }) => name).join(" ")}`)}`,
      ].join("\n"),
    );
  }
}

async function refuseForOthers(
  machine: Machine,
  volumes: readonly string[],
  own: string | undefined,
): Promise<void> {
  for (const volume of volumes) {
    const other = (await usersOf(engineOf(machine), volume)).find((user) => user !== own);
    if (other !== undefined) {
      throw new UserError(
        "KALISI-VOLUME-IN-USE",
        `Nothing was removed: volume ${volume} is used by the container ${other}, which this stack did not make.\nRemove that first, if it may go: ${dockerCommand(machine.engine.uri, `rm --force ${other}`)}`,
      );
    }
  }
}
