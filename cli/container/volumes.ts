import type Docker from "dockerode";
import { chooseNames } from "../../config/names";
import type { StackConfig } from "../../config/settings/schema";
import type { Deployed } from "../../config/engine/deployed";

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

/** Those of the named volumes that are there, with their sizes. */
export async function measureVolumes(
  docker: Docker,
  names: readonly string[],
): Promise<readonly Volume[]> {
  const { Volumes } = await docker.listVolumes();
  const existing = names.filter((name) => Volumes.some(({ Name }) => Name === name));
  const sizes = existing.length === 0 ? new Map<string, number>() : await measureAll(docker);
  return existing.map((name) => {
    const bytes = sizes.get(name) ?? -1;
    return { name, ...(bytes < 0 ? {} : { bytes }) };
  });
}

interface DiskUsage {
  readonly Volumes: readonly { readonly Name: string; readonly UsageData?: { Size: number } }[];
}

/** Nothing where the Engine is measuring already: it does so for one at a time. */
async function measureAll(docker: Docker): Promise<ReadonlyMap<string, number>> {
  const modem = docker.modem as {
    dial(
      request: object,
      done: (error: (Error & { statusCode?: number }) | null, answer: DiskUsage) => void,
    ): void;
  };
  // dockerode's own df() measures images and caches as well, which can take a minute; Engines before 23
  // know no `type` and do so all the same.
  const request = {
    path: "/system/df?type=volume",
    method: "GET",
    statusCodes: { 200: true, 409: "already measuring", 500: "server error" },
  };
  const { Volumes } = await new Promise<DiskUsage>((resolve, reject) => {
    modem.dial(request, (error, answer) => {
      if (error === null) resolve(answer);
      else if (error.statusCode === 409) resolve({ Volumes: [] });
      else reject(error);
    });
  });
  return new Map(Volumes.map(({ Name, UsageData }) => [Name, UsageData?.Size ?? -1]));
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
