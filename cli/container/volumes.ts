import type Docker from "dockerode";
import { chooseNames } from "../../config/names";
import type { StackConfig } from "../../config/settings/schema";
import type { Deployed } from "../../config/engine/deployed";
import { measureDisk } from "./disk";

export interface Volume {
  readonly name: string;
  /** Undefined where the Engine does not know. */
  readonly bytes?: number;
}

/** The names of a stack's volumes: the configured ones, and those that its last update has left. */
export function volumeNames(
  stack: string,
  { names }: StackConfig,
  deployed: Deployed,
): readonly string[] {
  const configured = chooseNames(stack, names).volumes;
  return [...new Set([...Object.values(configured), ...deployed.volumes])];
}

/**
 * Those of the named volumes that are there, with their sizes.
 *
 * @param measuring of all of the Engine's disk, where that is asked for anyway
 */
export async function measureVolumes(
  docker: Docker,
  names: readonly string[],
  measuring?: ReturnType<typeof measureDisk>,
): Promise<readonly Volume[]> {
  const { Volumes } = await docker.listVolumes();
  const existing = names.filter((name) => Volumes.some(({ Name }) => Name === name));
  const usage =
    existing.length === 0 ? undefined : await (measuring ?? measureDisk(docker, "volume"));
  return existing.map((name) => {
    const bytes = usage?.volumes.get(name);
    return { name, ...(bytes === undefined ? {} : { bytes }) };
  });
}

/** The names of the containers, running or not, that have a volume. */
export async function usersOf(docker: Docker, volume: string): Promise<readonly string[]> {
  const containers = await docker.listContainers({ all: true, filters: { volume: [volume] } });
  return containers
    .filter(({ Mounts }) => Mounts.some(({ Name }) => Name === volume))
    .map(({ Names }) => (Names[0] ?? "").replace(/^\//, ""));
}

const units = ["B", "kB", "MB", "GB", "TB"] as const;

/** A size for people, in the decimal units that Docker uses. */
export function formatBytes(bytes: number | undefined): string {
  if (bytes === undefined) {
    return "size unknown";
  }
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), units.length - 1);
  const value = bytes / 1000 ** power;
  return `${value < 10 && power > 0 ? value.toFixed(1) : Math.round(value)} ${units[power] ?? ""}`;
}
