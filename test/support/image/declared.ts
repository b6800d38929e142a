import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Props } from "../../../airgap/plugins/values";
import type { KalisiContainerArgs } from "../../../components/kalisi-container";
import { readMachineProfile } from "../../../config/machine-profile";
import type { PhysicalNames } from "../../../config/names";
import { resolveSettings } from "../../../config/resolve-settings";
import { readRevision } from "../../../config/files/revision";
import { findAppRoot } from "../../../config/files/source-tree";
import { describeHistory, findRepository } from "../../../config/files/workspace-history";
import { fillIn } from "../../../cli/setup/env-file";
import { recordResources, type Registered } from "../recorder";

export const root = join(__dirname, "..", "..", "..");

let recording: Promise<Registered[]> | undefined;

/** The inputs of a resource, as its component declares them to the engine. */
async function inputsOf(type: string): Promise<Props> {
  // Only then is everything declared that has been constructed.
  await (await import("@pulumi/pulumi")).runtime.disconnect();
  const registered = (await recording)?.findLast((resource) => resource.type === type);
  if (registered === undefined) {
    throw new Error(`no ${type} was declared`);
  }
  return registered.inputs as Props;
}

/** This machine's settings for the image, as the program reads them where a stack sets none. */
export function imageSettings() {
  const config = resolveSettings({
    flags: {},
    stackConfig: {},
    environment: process.env,
    profile: readMachineProfile(root),
  }).checked();
  const appRoot = findAppRoot(root, config.source.path);
  if (appRoot === undefined) {
    throw new Error(`there is no source tree in ${config.source.path}`);
  }
  const revision = readRevision(root, config.source.path);
  const history = historyOf(root, appRoot);
  return { ...config.image, source: { ...config.source, appRoot, history, revision } };
}

/** What a build is told of the history of the clone that the app root is, or that it is in; empty without one. */
export function historyOf(folder: string, appRoot: string): string {
  const repository = findRepository(folder, appRoot);
  return repository === undefined ? "" : (describeHistory(repository) ?? "");
}

/** What the program builds the image from. */
export async function declaredImage(imageName: string): Promise<Props> {
  recording ??= recordResources(false);
  await recording;
  const { KalisiImage } = await import("../../../components/kalisi-image");
  new KalisiImage("image", { ...imageSettings(), name: imageName });
  return inputsOf("docker:index/image:Image");
}

/** What the program runs: the real components' options, so that the tests run what users run. */
export async function declaredContainer(
  names: PhysicalNames,
  args: Omit<KalisiContainerArgs, "containerName" | "network" | "volumes">,
): Promise<Props> {
  recording ??= recordResources(false);
  await recording;
  const { KalisiContainer } = await import("../../../components/kalisi-container");
  const { KalisiVolumes } = await import("../../../components/kalisi-volumes");
  new KalisiContainer("container", {
    ...args,
    containerName: names.container,
    // One of its own is tested in test/e2e/network.test.ts.
    network: "bridge",
    volumes: new KalisiVolumes("volumes", { names: names.volumes }).mounts,
  });
  return inputsOf("docker:index/container:Container");
}

/** Runtime settings with throw-away secrets, made as set-up makes them. */
export function exampleSettings(): string {
  const example = join(root, imageSettings().source.appRoot, ".env.example");
  if (!existsSync(example)) {
    throw new Error(`${example} is missing`);
  }
  return fillIn(readFileSync(example, "utf8")).content;
}
