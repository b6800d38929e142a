import { Command, Option } from "@commander-js/extra-typings";
import { dockerCommand } from "../../config/engine/docker-command";
import { physicalNames } from "../../config/names";
import { describeBackups } from "../backup/remind";
import { statusInCluster } from "../cluster/status";
import { engineOf } from "../container/deployed";
import { measureDisk } from "../container/disk";
import { readImages } from "../container/image-record";
import { measureVolumes, volumeNames } from "../container/volumes";
import { jsonOption, stackOption, type StackOption } from "../options";
import { printResult, print } from "../output";
import type { Machine } from "../setup";
import { findOpenToNeighbours, neighbourLines } from "../setup/neighbours";
import { openAnywhere, openOnEngine, type OpenStack } from "../open-stack";
import { statusOfAll } from "../status/all";
import type { ContainerStatus } from "../status/container-status";
import { describeDisk, diskLines, measureContainer } from "../status/disk";
import { findDrift } from "../status/drift";
import type { Inside } from "../status/inside";
import { lastHourLines, readLastHour } from "../status/last-hour";
import { lookNow } from "../status/now";
import { drawNow } from "../status/draw-now";
import { containerLines, driftLines, machineLines, volumeLines } from "../status/lines";

export const declare = (root: string) =>
  new Command("status")
    .description("how the container is, and what it was made from")
    .addOption(stackOption())
    .addOption(jsonOption().conflicts("watch"))
    .option("--watch", "look again every two seconds, until Ctrl-C")
    .addOption(allOption().conflicts(["watch", "stack"]))
    .action(({ watch, all, ...options }) => {
      if (all === true) return statusOfAll(root);
      return watch === true ? watchStatus(root, options) : status(root, options);
    });

const allOption = () =>
  new Option("--all", "how all stacks are, on all Engines that the stacks and Docker know");

/** Draws how the container is, again and again. */
async function watchStatus(root: string, options: StackOption): Promise<void> {
  const opened = await openOnEngine(root, options);
  await drawNow(engineOf(opened.machine), containerOf(opened), opened.deployed.addresses);
}

/** Reports how a stack is. Exit code 1 unless its container is healthy. */
async function status(root: string, options: StackOption): Promise<void> {
  const opened = await openAnywhere(root, options);
  if ("cluster" in opened) {
    await statusInCluster(root, opened);
    return;
  }
  const { machine, stack, settings, deployed } = opened;
  const neighbours = await findOpenToNeighbours(machine);
  printLines([...machineLines(machine), ...(neighbours ? neighbourLines(neighbours) : [])]);
  print(`Stack: ${stack.name}`);
  const docker = engineOf(machine);
  const name = containerOf(opened);
  // These take their time, while all else is asked.
  const measuring = measureDisk(docker).catch(() => undefined);
  const weighing = measureContainer(docker, machine.engine.uri, name).catch(() => ({}));

  const { container, inside, usage } = await lookNow(docker, name);
  printLines(containerLines(container, inside, deployed.addresses, usage));
  const lastHour =
    inside &&
    (await readLastHour(
      docker.getContainer(name),
      inside.services.map((service) => service.name),
    ));
  if (lastHour !== undefined) printLines(lastHourLines(lastHour));

  // Both take their time: a preview, and a look at every file of the volumes.
  const [volumes, drift] = await Promise.all([
    // What is wrong with the configuration is told with the drift.
    Promise.resolve()
      .then(() => volumeNames(stack.name, settings.checked(), deployed))
      .catch(() => deployed.volumes)
      .then((names) => measureVolumes(docker, names, measuring)),
    findDrift(stack, settings),
  ]);
  printLines(volumeLines(volumes));
  const backups = describeBackups(root, stack.name, settings.config);
  printLines(backups.lines);
  const built = [
    ...(deployed.image === undefined ? [] : [deployed.image]),
    ...readImages(root, stack.name),
  ].map(({ id }) => id);
  const disk = describeDisk(await measuring, built, await weighing);
  printLines(diskLines(disk));
  printLines(driftLines(drift));

  const { profile, pulumi, engine } = machine;
  const isHealthy = container.health === "healthy";
  printResult({
    stack: stack.name,
    healthy: isHealthy,
    container,
    ...inside,
    usage,
    lastHour,
    ...deployed.addresses,
    volumes,
    lastBackup: backups.last,
    disk,
    ...drift,
    machine: {
      pulumi,
      engine,
      source: profile.sourcePath,
      baseImages: profile.baseImages,
      neighbours,
    },
  });
  if (!isHealthy) {
    printLines([summaryOf(container, inside, engine)]);
  }
  process.exitCode = isHealthy ? 0 : 1;
}

/** The name of its container, whether it is there or not. */
function containerOf({ stack, deployed }: OpenStack): string {
  return deployed.container ?? physicalNames(stack.name).container;
}

function summaryOf(
  { name, health }: ContainerStatus,
  inside: Inside | undefined,
  { uri }: Machine["engine"],
): string {
  const ill = (inside?.services ?? []).filter(({ state }) => state !== "healthy");
  const services = ill.length === 0 ? "" : `: ${ill.map((service) => service.name).join(", ")}`;
  const ways: Readonly<Record<string, string>> = {
    paused: dockerCommand(uri, `unpause ${name}`),
    "not there": "npm start makes it",
  };
  const way = ways[health] ?? "npm run logs shows why";
  return `${name} is ${health}${services}. ${way}`;
}

function printLines(lines: readonly string[]): void {
  print(lines.join("\n"));
}
