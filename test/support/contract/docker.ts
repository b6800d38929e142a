import { randomUUID } from "node:crypto";
import { text } from "../../../airgap/plugins/values";
import { readMachineProfile } from "../../../config/machine-profile";
import { findDockerHost } from "../../../config/engine/endpoint";
import { isNotFound } from "../../../config/engine/message";
import { docker } from "../e2e/probe";
import { root } from "../image/declared";
import { PluginProcess } from "./plugin";
import { plain, type Recorded } from "./recorded";

/** A name on the Engine that nothing has yet. */
export function newName(): string {
  const prefix = process.env["KALISI_TEST_PREFIX"] ?? "kalisi";
  return `${prefix}-contract-${randomUUID().slice(0, 8)}`;
}

/** The docker plugin on the Engine that the tests run on. */
export function startDockerPlugin(environment?: NodeJS.ProcessEnv): Promise<PluginProcess> {
  const host = findDockerHost(process.env, "/nonexistent").uri;
  return PluginProcess.start("docker", { host }, environment);
}

/** The id of an image that has a shell; it is pulled where it is not there. */
export async function shellImage(plugin: PluginProcess): Promise<string> {
  const name = readMachineProfile(root).baseImages?.base ?? "ubuntu:24.04";
  const type = "docker:index/remoteImage:RemoteImage";
  const { state } = await plugin.create(type, { name, keepLocally: true });
  return text(plain(state)["imageId"]) ?? "";
}

/** What an `inspect` finds; undefined where there is no such thing. */
export async function found<T>(inspected: Promise<T>): Promise<T | undefined> {
  try {
    return await inspected;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** Notes what a test file makes on the Engine; `removeAll` takes it away again, the newest first. */
export class Made {
  private readonly removals: (() => Promise<unknown>)[] = [];

  container({ id }: Pick<Recorded, "id">): void {
    this.removals.push(() => docker.getContainer(id).remove({ force: true, v: true }));
  }

  network({ id }: Pick<Recorded, "id">): void {
    this.removals.push(() => docker.getNetwork(id).remove());
  }

  volume(name: string): void {
    this.removals.push(() => docker.getVolume(name).remove({ force: true }));
  }

  image(name: string): void {
    this.removals.push(() => docker.getImage(name).remove());
  }

  async removeAll(): Promise<void> {
    for (const remove of this.removals.reverse()) await found(remove());
  }
}
