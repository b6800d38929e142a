import { lstatSync } from "node:fs";
import type Docker from "dockerode";
import { isLocal } from "../../config/engine/endpoint";
import { isNotFound } from "../../config/engine/message";
import type { DiskUsage } from "../container/disk";
import { formatBytes } from "../container/volumes";

/** What the container itself takes, in bytes; unset where it is not known. */
export interface ContainerDisk {
  /** The files that were changed or made in it, outside its volumes. */
  readonly container?: number;
  /** Its log, where this user may see the Engine's files of it. */
  readonly log?: number;
  /** How large the log can become. */
  readonly logAtMost?: number;
}

/** What a stack and its Engine take of the disk, volumes left out. */
export interface DiskStatus extends ContainerDisk, Omit<DiskUsage, "images" | "volumes"> {
  /** Those of the Engine that the stack has built, the present one first. */
  readonly stackImages: readonly { readonly id: string; readonly bytes: number }[];
  /** All of the Engine's. */
  readonly images?: { readonly count: number; readonly bytes: number };
}

/** dockerode's declaration leaves the size out: https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerInspect */
interface Measured {
  inspect(options: { readonly size: true }): Promise<{
    readonly SizeRw?: number;
    readonly LogPath: string;
    readonly HostConfig: {
      readonly LogConfig?: { readonly Config?: Readonly<Record<string, string>> | null };
    };
  }>;
}

/** Measures what a container takes; nothing of one that is not there. */
export async function measureContainer(
  docker: Docker,
  uri: string,
  name: string,
): Promise<ContainerDisk> {
  try {
    const container = docker.getContainer(name) as unknown as Measured;
    const { SizeRw, LogPath, HostConfig } = await container.inspect({ size: true });
    const { "max-size": size = "", "max-file": files = "1" } = HostConfig.LogConfig?.Config ?? {};
    const logAtMost = toBytes(size) * Number(files);
    const log = isLocal(uri) ? sizeOfLog(LogPath, Number(files)) : undefined;
    return {
      ...(SizeRw === undefined ? {} : { container: SizeRw }),
      ...(log === undefined ? {} : { log }),
      ...(Number.isFinite(logAtMost) ? { logAtMost } : {}),
    };
  } catch (error) {
    if (isNotFound(error)) return {};
    throw error;
  }
}

/** https://docs.docker.com/engine/logging/drivers/json-file/#options */
function toBytes(size: string): number {
  const [, number, unit = ""] = /^(\d+)([kmg]?)$/.exec(size) ?? [];
  return Number(number) * 1024 ** ["", "k", "m", "g"].indexOf(unit);
}

function sizeOfLog(path: string, files: number): number | undefined {
  try {
    const first = lstatSync(path).size;
    const others = Array.from({ length: files - 1 }, (_, at) => `${path}.${at + 1}`);
    return others.reduce(
      (sum, other) => sum + (lstatSync(other, { throwIfNoEntry: false })?.size ?? 0),
      first,
    );
  } catch {
    return undefined;
  }
}

/**
 * Puts together what takes the disk.
 *
 * @param ids of the images that the stack has built
 */
export function describeDisk(
  usage: DiskUsage | undefined,
  ids: readonly string[],
  container: ContainerDisk,
): DiskStatus {
  const { images, buildCache } = usage ?? {};
  return {
    ...container,
    ...(buildCache === undefined ? {} : { buildCache }),
    ...(images === undefined ? {} : { images: { count: images.count, bytes: images.bytes } }),
    stackImages: [...new Set(ids)].flatMap((id) => {
      const bytes = images?.each.get(id);
      return bytes === undefined ? [] : [{ id, bytes }];
    }),
  };
}

export function diskLines({
  container,
  log,
  logAtMost,
  images,
  stackImages,
  buildCache,
}: DiskStatus): readonly string[] {
  const [present, ...former] = stackImages;
  const most = logAtMost === undefined ? "" : `, at most ${formatBytes(logAtMost)}`;
  return [
    "Disk:",
    ...(present === undefined
      ? []
      : [`  the stack's image: ${formatBytes(present.bytes)}, and ${former.length} former`]),
    ...(container === undefined
      ? []
      : [
          `  files in the container, outside its volumes: ${formatBytes(container)}`,
          `  its log: ${formatBytes(log)}${most}`,
        ]),
    ...(images === undefined
      ? ["  the Engine's images and build cache: not known, as it is measuring already"]
      : [`  all ${images.count} images of the Engine: ${formatBytes(images.bytes)}`]),
    ...(buildCache === undefined
      ? []
      : [`  the Engine's build cache: ${formatBytes(buildCache.bytes)}`]),
  ];
}
