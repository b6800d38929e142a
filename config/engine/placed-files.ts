import { buffer } from "node:stream/consumers";
import type Docker from "dockerode";
import { pack } from "tar-stream";
import type { Problem } from "../errors";
import { withCode } from "../refusals";
import { configPath, setCommand } from "../settings/set-command";
import { dockerCommand } from "./docker-command";
import { isNotFound } from "./message";
import { isOwn, ownerLabels, whose, type Labels, type Owner } from "./stack-owner";
import type { VolumeFacts } from "./volume-owner";

/** The name of the volume that has a container's files: on one Engine, no two containers have one name. */
export function filesVolumeOf(container: string): string {
  return `${container}-files`;
}

/** The container that files are copied through. */
export function writerOf(volume: string): string {
  return `${volume}-writer`;
}

/** Whose the volume of the files is, where it is not the stack's. */
export function filesClash(
  container: string,
  owner: Owner,
  existing: readonly VolumeFacts[],
  uri: string,
): readonly Problem[] {
  const volume = filesVolumeOf(container);
  return existing
    .filter(({ name, labels }) => name === volume && !isOwn(labels, owner))
    .map(({ name, labels }) => ({
      code: "KALISI-VOLUME-FOREIGN",
      setting: configPath(["names", "container"]),
      value: container,
      problem: `its settings files would be on the volume ${name}, which belongs to ${whose(labels, owner) ?? "somebody else"}`,
      fix: `if nobody needs it: ${dockerCommand(uri, `volume rm ${name}`)}; or choose another name: ${setCommand(["names", "container"])}`,
    }));
}

/** Whether the volume of a container's files is there: an Engine makes an empty one of a missing one that is mounted. */
export function hasFilesVolume(container: string, existing: readonly VolumeFacts[]): boolean {
  return existing.some(({ name }) => name === filesVolumeOf(container));
}

/**
 * Puts files on a volume of the Engine's, where root alone may read them, and makes the volume where it is missing.
 * The Engine writes into volumes of containers alone: one is made for that, is never started, and goes.
 *
 * @param image what that container is made from; any that the Engine has
 * @param files their contents by their names
 * @throws Error where a volume or a container of that name is not the stack's
 */
export async function placeFiles(
  docker: Docker,
  volume: string,
  owner: Owner,
  image: string,
  files: ReadonlyMap<string, Buffer>,
): Promise<void> {
  const Labels = ownerLabels(owner);
  if (!(await isThere(docker, volume, owner))) {
    await docker.createVolume({ Name: volume, Labels });
  }
  await removeWriter(docker, volume, owner);
  const container = await docker.createContainer({
    name: writerOf(volume),
    Image: image,
    Entrypoint: ["/bin/true"],
    Labels,
    NetworkDisabled: true,
    HostConfig: { Mounts: [{ Type: "volume", Source: volume, Target: "/files" }] },
  });
  try {
    await container.putArchive(await archiveOf(files), { path: "/files" });
  } finally {
    await container.remove();
  }
}

/**
 * Removes the volume that {@link placeFiles} has made, and what a call that was ended has left.
 *
 * @throws Error where it is not the stack's
 */
export async function removePlacedFiles(
  docker: Docker,
  volume: string,
  owner: Owner,
): Promise<void> {
  await removeWriter(docker, volume, owner);
  if (await isThere(docker, volume, owner)) await docker.getVolume(volume).remove();
}

async function removeWriter(docker: Docker, volume: string, owner: Owner): Promise<void> {
  const name = writerOf(volume);
  const container = docker.getContainer(name);
  const found = await container.inspect().catch(ifMissing);
  if (found === undefined) return;
  refuseForeign(`The container ${name}`, found.Config.Labels, owner);
  await container.remove();
}

async function isThere(docker: Docker, volume: string, owner: Owner): Promise<boolean> {
  const found = await docker.getVolume(volume).inspect().catch(ifMissing);
  if (found === undefined) return false;
  refuseForeign(`The volume ${volume}`, found.Labels, owner);
  return true;
}

function refuseForeign(what: string, labels: Labels, owner: Owner): void {
  if (isOwn(labels, owner)) return;
  const holder = whose(labels, owner) ?? "somebody else";
  throw new Error(
    withCode(
      "KALISI-VOLUME-FOREIGN",
      `${what} belongs to ${holder}, not to this stack: remove or rename it, or choose another kalisi:names.container`,
    ),
  );
}

function ifMissing(error: unknown): undefined {
  if (!isNotFound(error)) throw error;
}

function archiveOf(files: ReadonlyMap<string, Buffer>): Promise<Buffer> {
  const archive = pack();
  for (const [name, content] of files) {
    archive.entry({ name, mode: 0o400, uid: 0, gid: 0 }, content);
  }
  archive.finalize();
  return buffer(archive);
}
