import { dirname } from "node:path";
import { Command } from "@commander-js/extra-typings";
import type Docker from "dockerode";
import { ConfigError } from "../../config/errors";
import { findAppRoot, missingSource } from "../../config/files/source-tree";
import type { Settings } from "../../config/resolve-settings";
import { refusePaused } from "../container/answers";
import { execIn } from "../container/exec";
import { openContainer } from "../container/open";
import { imageLabel } from "../container/prune-images";
import { stackOption, type StackOption } from "../options";
import { print } from "../output";
import { UserError } from "../user-error";
import { carryAll } from "../watch/carry";
import { Edits, watchTree } from "../watch/edits";
import { program, Receiver } from "../watch/receiver";
import { HostTree } from "../watch/tree";

export const declare = (root: string) =>
  new Command("watch")
    .description("carry what is edited in the source tree into the container, and build it there")
    .addOption(stackOption())
    .action((options) => watch(root, options));

/** Has the container follow the host's source tree, until Ctrl-C. */
async function watch(root: string, options: StackOption): Promise<void> {
  const { machine, container, name, settings } = await openContainer(root, options);
  const appRoot = findTree(root, settings);
  await refusePaused(machine, name);
  await checkContainer(container, name, settings, appRoot);
  const receiver = await Receiver.start(container);
  // The way to end it is no failure.
  process.prependOnceListener("SIGINT", () => {
    process.exit();
  });
  try {
    await follow(root, appRoot, receiver, name);
    throw await notWatching(receiver, name);
  } finally {
    receiver.close();
  }
}

/** Carries edits until the stream ends. */
async function follow(root: string, appRoot: string, receiver: Receiver, name: string) {
  const files = await receiver.files();
  if (files === undefined) return;
  // In a whole clone, the folder with Cargo.toml is one of its folders.
  const isClone = !("source/Cargo.toml" in files) && "source/source/Cargo.toml" in files;
  const tree = new HostTree(root, isClone ? dirname(appRoot) : appRoot);
  const edits = new Edits();
  const close = await watchTree(tree, edits);
  print(
    `Watching ${tree.folder} for ${name}: what is saved there is built and runs there. Ctrl-C ends this, and leaves it up.`,
  );
  try {
    await carryAll(tree, receiver, new Map(Object.entries(files)), edits);
  } finally {
    await close();
  }
}

/** @returns the app root, relative to the project's root */
function findTree(root: string, settings: Settings): string {
  const { path } = settings.checked().source;
  const appRoot = findAppRoot(root, path);
  if (appRoot === undefined) {
    throw new ConfigError([missingSource(root, path, settings.label("source", "path"))]);
  }
  return appRoot;
}

/** Refuses a container that does not run what is built from this tree. */
async function checkContainer(
  container: Docker.Container,
  name: string,
  settings: Settings,
  appRoot: string,
): Promise<void> {
  const { State, Config } = await container.inspect();
  const from = Config.Labels[imageLabel];
  if (!State.Running) {
    throw new UserError(
      "KALISI-CONTAINER-STOPPED",
      `The container ${name} is ${State.Status}, so nothing can be carried into it: npm start first`,
    );
  }
  if (settings.checked().image.pull !== undefined) {
    throw new UserError(
      "KALISI-WATCH-IMAGE",
      `The container ${name} runs the image that kalisi:image.pull names, and not this source tree\nnpm run pulumi -- config rm --path kalisi:image.pull, then npm start, builds one of it`,
    );
  }
  if (from !== appRoot) {
    throw new UserError(
      "KALISI-WATCH-IMAGE",
      `The container ${name} was built from ${from ?? "another project"}, and the settings name ${appRoot}: npm start first`,
    );
  }
  if ((await execIn(container, ["test", "-f", program])).code !== 0) {
    throw new UserError(
      "KALISI-WATCH-IMAGE",
      `The image of the container ${name} is older than npm run watch: npm start first`,
    );
  }
  // Empty where nothing has started, or where all has been stopped.
  if ((await execIn(container, ["test", "-s", "/run/kalisi/start-status"])).code !== 0) {
    throw new UserError(
      "KALISI-WATCH-SERVICES",
      `The services in the container ${name} are off: npm run shell -- ./start.sh --daemon first`,
    );
  }
}

async function notWatching(receiver: Receiver, name: string): Promise<UserError> {
  const { isTaken, words } = await receiver.howEnded();
  if (isTaken) {
    return new UserError(
      "KALISI-WATCH-TWICE",
      `Another npm run watch is at work on the container ${name}, or the last build of one: end that one first`,
    );
  }
  const why = words === "" ? "" : ` (${words.split("\n").at(-1) ?? ""})`;
  return new UserError(
    "KALISI-WATCH-ENDED",
    `The container ${name} has ended or was replaced${why}: npm start if it is down, then npm run watch again`,
  );
}
