import type Docker from "dockerode";
import { isOwn, labelledOwner, type Labels, type Owner } from "./stack-owner";
import type { LedgerEntry } from "./volume-ledger";

/** A volume as the Engine has it. */
export interface VolumeFacts {
  readonly name: string;
  readonly labels: Labels;
  readonly createdAt?: string | undefined;
}

export interface EngineIdentity {
  /** Its own id, and where it keeps its data: several on one machine have the same id. */
  readonly id: string;
  /** Its machine's name: one that was copied has the same id. */
  readonly machine: string;
  /** What it builds images for. @example "linux/amd64" */
  readonly platform: string | undefined;
  /** Whether it reports when a volume was made, not when something was last put into it. */
  readonly keepsCreation: boolean;
}

/** All that shows whose a volume is. */
export interface Evidence {
  readonly owner: Owner;
  readonly engine: EngineIdentity;
  readonly ledger: readonly LedgerEntry[];
  /** Volumes that a container of the stack's own has, whether it runs or not. */
  readonly mounted: ReadonlySet<string>;
  /** Volumes that the stack's state holds on this Engine. */
  readonly inState: ReadonlySet<string>;
  /** Volumes that the user has named to be taken. */
  readonly named: ReadonlySet<string>;
  /** Volumes that the stack's configuration names, other than by what is derived from the stack's name. */
  readonly configured: ReadonlySet<string>;
}

/** What makes a volume the stack's. */
export type Claim = "label" | "ledger" | "container" | "named" | "state" | "compose";

/** Compose calls a volume after its project and its name there. */
export const composeVolume = /^(.+)_kalisi-(workspace|neo4j|redis|home)$/;

/**
 * Why a volume is the stack's own, or undefined where it is not. A name alone is no reason: another clone
 * derives the same ones, and a committed stack file gives everybody the same.
 */
export function claimOf(volume: VolumeFacts, evidence: Evidence): Claim | undefined {
  const { name, labels } = volume;
  const recorded = evidence.ledger.find(
    (entry) => entry.name === name && entry.engine === evidence.engine.id,
  );
  if (isOwn(labels, evidence.owner)) {
    return "label";
  }
  if (recorded !== undefined && isSame(volume, recorded, evidence.engine)) {
    return "ledger";
  }
  // As long as its container is there, a volume cannot have been removed and made again.
  if (evidence.mounted.has(name)) {
    return "container";
  }
  if (evidence.named.has(name)) {
    return "named";
  }
  // Recorded once, it was removed since, and this is somebody else's of the same name.
  if (labelledOwner(labels) !== undefined || recorded !== undefined) {
    return undefined;
  }
  if (evidence.inState.has(name)) {
    return "state";
  }
  return evidence.configured.has(name) && composeVolume.test(name) ? "compose" : undefined;
}

function isSame(volume: VolumeFacts, recorded: LedgerEntry, engine: EngineIdentity): boolean {
  const made = engine.keepsCreation ? recorded.createdAt : undefined;
  const labels = Object.entries(volume.labels ?? {});
  return (
    (made === undefined || made === volume.createdAt) &&
    labels.length === Object.keys(recorded.labels).length &&
    labels.every(([label, value]) => recorded.labels[label] === value)
  );
}

/** What the ledger is to hold of a volume. */
export function toEntry(volume: VolumeFacts, engine: EngineIdentity): LedgerEntry {
  const { name, labels, createdAt } = volume;
  return {
    name,
    engine: engine.id,
    ...(engine.keepsCreation && createdAt !== undefined ? { createdAt } : {}),
    labels: { ...labels },
  };
}

/**
 * The platform that an Engine builds for, as images name it; undefined where it says nothing of that.
 *
 * @see https://github.com/containerd/platforms/blob/main/database.go
 */
function platformOf(system: string, machine: string): string | undefined {
  const names: Readonly<Record<string, string>> = { x86_64: "amd64", aarch64: "arm64" };
  return system === "" || machine === "" ? undefined : `${system}/${names[machine] ?? machine}`;
}

/** Older Engines report when a volume's folder last changed: https://github.com/moby/moby/blob/v20.10.24/volume/local/local_unix.go */
const keepsCreationSince = 23;

/** What `docker info` says of who an Engine is. */
export interface IdentityInfo {
  readonly ID?: string;
  readonly DockerRootDir?: string;
  readonly Name?: string;
  readonly ServerVersion?: string;
  readonly OSType?: string;
  readonly Architecture?: string;
}

export async function identifyEngine(docker: Docker): Promise<EngineIdentity> {
  return identityIn((await docker.info()) as IdentityInfo);
}

export function identityIn({
  ID = "",
  DockerRootDir = "",
  Name = "",
  ServerVersion = "",
  OSType = "",
  Architecture = "",
}: IdentityInfo): EngineIdentity {
  return {
    id: `${ID} ${DockerRootDir}`,
    machine: Name,
    platform: platformOf(OSType, Architecture),
    keepsCreation: Number.parseInt(ServerVersion, 10) >= keepsCreationSince,
  };
}

/** The Engine's volumes. */
export async function listVolumes(docker: Docker): Promise<readonly VolumeFacts[]> {
  const { Volumes } = (await docker.listVolumes()) as {
    readonly Volumes:
      readonly Readonly<{ Name: string; Labels?: Labels; CreatedAt?: string }>[] | null;
  };
  return (Volumes ?? []).map(({ Name, Labels, CreatedAt }) => ({
    name: Name,
    labels: Labels,
    createdAt: CreatedAt,
  }));
}

/** The volumes that containers have. */
export function mountedBy(containers: readonly Docker.ContainerInfo[]): ReadonlySet<string> {
  return new Set(containers.flatMap(({ Mounts }) => Mounts.flatMap(({ Name }) => Name ?? [])));
}
