import { rmSync } from "node:fs";
import { relative } from "node:path";
import { Command } from "@commander-js/extra-typings";
import type { Stack } from "@pulumi/pulumi/automation";
import type Docker from "dockerode";
import { dockerCommand } from "../../config/engine/docker-command";
import { removeParts } from "../../config/engine/leftovers";
import { identifyEngine } from "../../config/engine/volume-owner";
import type { Settings } from "../../config/resolve-settings";
import { chooseStack } from "../choose-stack";
import { findUnneeded, sizeOf } from "../clone-caches";
import {
  engineOf,
  engineOfStack,
  inspect,
  readDeployed,
  type DeployedStack,
} from "../container/deployed";
import { measureDisk, type DiskUsage } from "../container/disk";
import { stacksWithImages } from "../container/image-record";
import { findParts } from "../container/parts";
import { countOthers, imageLabel, pruneImages } from "../container/prune-images";
import { formatBytes } from "../container/volumes";
import { requireFree } from "../locks";
import { jsonOption, stackOption, type StackOption } from "../options";
import { print, printResult } from "../output";
import { findEngine, findTools, type Machine, type Tools } from "../setup";
import { readSettings, readSettingsOfFile } from "../stack-settings";
import { UserError } from "../user-error";

export const declare = (root: string) =>
  new Command("prune")
    .description("remove former images and leftovers of this clone; never a volume")
    .addOption(stackOption())
    .addOption(jsonOption())
    .action((options) => prune(root, options));

/** A stack that Pulumi knows. */
interface Known {
  readonly stack: Stack;
  readonly settings: Settings;
  readonly deployed: DeployedStack;
}

/** Removes what this clone has made and nobody uses, of one stack or of all of them. */
async function prune(root: string, options: StackOption): Promise<void> {
  const tools = await findTools(root, { redo: false });
  const { all, about, engine } = await findStacks(root, tools, options);
  for (const name of about) requireFree(root, name, "npm run prune: nothing was removed");
  const machine = await findEngine(root, tools, engine);
  const docker = engineOf(machine);
  const before = await measureDisk(docker);

  const up = new Map(
    all
      .filter(({ deployed }) => deployed.container !== undefined)
      .map(({ stack, deployed }) => [stack.name, deployed.image?.id] as const),
  );
  // First, as a container that was left keeps its image.
  const down = all.filter(({ stack }) => about.includes(stack.name) && !up.has(stack.name));
  const parts = (await Promise.all(down.map((one) => removeLeft(docker, machine, one)))).flat();
  parts.forEach((part) => {
    print(`Removed ${part}`);
  });
  const { id } = await identifyEngine(docker);
  const chosen = all.flatMap(({ settings }) => settings.config.image.pull ?? []);
  const images = await pruneImages(root, docker, id, about, up, chosen);
  for (const { id: image, stack, kept } of images) {
    const said = `image ${image.slice(0, 19)} of stack ${stack}`;
    print(kept === undefined ? `Removed ${said}` : `Kept ${said}: ${kept}`);
  }
  const files = options.stack === undefined ? findUnneeded(root, machine.profile) : [];
  const fileBytes = files.reduce((sum, path) => sum + sizeOf(path), 0);
  for (const path of files) {
    rmSync(path, { recursive: true });
    print(`Removed ${relative(root, path)}`);
  }

  const after = await measureDisk(docker);
  const removed = {
    images: images.flatMap((image) => (image.kept === undefined ? [image.id] : [])),
    parts,
    files: files.map((path) => relative(root, path)),
  };
  const onEngine = freedBetween(before, after);
  const freedBytes = onEngine === undefined ? undefined : onEngine + fileBytes;
  const isNothing = Object.values(removed).every((list) => list.length === 0);
  print(
    isNothing
      ? "There is nothing to remove"
      : `Freed: ${formatBytes(freedBytes)}, without what the build cache has of it yet`,
  );
  await tellOfOthers(docker, machine, after);
  printResult({
    removed,
    kept: images.filter(({ kept }) => kept !== undefined),
    freedBytes: isNothing ? 0 : freedBytes,
    buildCache: after?.buildCache,
  });
}

/** All stacks of the clone, those that the command is about, and the Engine that it looks at. */
async function findStacks(root: string, tools: Tools, { stack: named }: StackOption) {
  const { existing, name, open } = await chooseStack(root, tools, named);
  const opened = await Promise.all(existing.map(open));
  const all: readonly Known[] = await Promise.all(
    opened
      .flatMap((stack) => stack ?? [])
      .map(async (stack) => ({
        stack,
        settings: await readSettings(stack, tools.profile),
        deployed: await readDeployed(stack),
      })),
  );
  const names = [...new Set([...existing, ...stacksWithImages(root)])];
  if (named !== undefined && !names.includes(named)) {
    throw new UserError(
      "KALISI-STACK-UNKNOWN",
      `There is no stack ${named}, and none of that name has left an image. There are: ${names.join(", ") || "none"}`,
    );
  }
  const chosen = all.find(({ stack }) => stack.name === name);
  const engine =
    chosen === undefined
      ? readSettingsOfFile(root, [name], tools.profile).engine()
      : engineOfStack(name, chosen.settings, chosen.deployed);
  return { all, about: named === undefined ? names : [named], engine };
}

/** Removes the container and the network that an update of a stack has left, unless the container runs. */
async function removeLeft(
  docker: Docker,
  machine: Machine,
  known: Known,
): Promise<readonly string[]> {
  const parts = await findParts({ machine, ...known });
  const containers = parts.filter(({ kind }) => kind === "container");
  const states = await Promise.all(containers.map(({ id }) => inspect(docker, id)));
  if (states.some((found) => found?.State.Running === true)) {
    return [];
  }
  await removeParts(docker, parts, known.settings.config.timeouts.stopSeconds);
  return parts.map(({ kind, name }) => `${kind} ${name}`);
}

/**
 * How much the Engine has less than before, in bytes. What an image has given up, and the build cache has yet, is not
 * free. Others may be building meanwhile.
 */
function freedBetween(
  before: DiskUsage | undefined,
  after: DiskUsage | undefined,
): number | undefined {
  const totals = [before, after].map((usage) =>
    usage?.images === undefined ? NaN : usage.images.bytes + (usage.buildCache?.bytes ?? 0),
  );
  const [was = NaN, is = NaN] = totals;
  return Number.isNaN(was - is) ? undefined : Math.max(was - is, 0);
}

/** What takes room as well, and cannot be told to be this clone's. */
async function tellOfOthers(
  docker: Docker,
  { engine }: Machine,
  usage: DiskUsage | undefined,
): Promise<void> {
  const others = await countOthers(docker);
  if (others > 0) {
    print(
      `Left, as no record shows whose they are: ${others} images of Kalisi without a name. If nobody needs them: ${dockerCommand(engine.uri, `image prune --filter label=${imageLabel}`)}`,
    );
  }
  const unused = usage?.buildCache?.unused ?? 0;
  if (unused > 0) {
    print(
      `Left, as all builds on this Engine share it: ${formatBytes(unused)} of build cache, which the next builds would have to make again. To free it: ${dockerCommand(engine.uri, "builder prune")}`,
    );
  }
}
