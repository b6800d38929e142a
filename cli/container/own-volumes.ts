import type Docker from "dockerode";
import type { Deployed } from "../../config/engine/deployed";
import { isOwn, ownerOf, type Owner } from "../../config/engine/stack-owner";
import { readLedger, recordVolumes } from "../../config/engine/volume-ledger";
import {
  claimOf,
  identifyEngine,
  listVolumes,
  mountedBy,
  toEntry,
  type Claim,
  type EngineIdentity,
  type Evidence,
  type VolumeFacts,
} from "../../config/engine/volume-owner";
import type { OpenStack } from "../open-stack";

/** A volume and why it is the stack's, where it is. */
export interface ClaimedVolume {
  readonly volume: VolumeFacts;
  readonly claim: Claim | undefined;
}

export interface ClaimedVolumes {
  readonly owner: Owner;
  readonly engine: EngineIdentity;
  readonly volumes: readonly ClaimedVolume[];
}

/** What one run may take that is not the stack's: volumes that the user, or the configuration, names. */
interface Taking {
  readonly named: readonly string[];
  readonly configured: readonly string[];
}

/** To be used by the next update is one thing, to be removed another. */
const takingNothing: Taking = { named: [], configured: [] };

/** All of an Engine's volumes, and what shows whose they are. */
export async function gatherEvidence(
  root: string,
  docker: Docker,
  owner: Owner,
  { volumes }: Deployed,
  { named, configured } = takingNothing,
): Promise<{ readonly evidence: Evidence; readonly existing: readonly VolumeFacts[] }> {
  const [engine, existing, containers] = await Promise.all([
    identifyEngine(docker),
    listVolumes(docker),
    docker.listContainers({ all: true }),
  ]);
  return {
    existing,
    evidence: {
      owner,
      engine,
      ledger: readLedger(root, owner.stack),
      mounted: mountedBy(containers.filter(({ Labels }) => isOwn(Labels, owner))),
      inState: new Set(volumes),
      named: new Set(named),
      configured: new Set(configured),
    },
  };
}

/** Looks whose the named volumes are, those of them that are there. */
export async function claimVolumes(
  root: string,
  docker: Docker,
  { machine, stack, deployed }: Pick<OpenStack, "machine" | "stack" | "deployed">,
  names: readonly string[],
): Promise<ClaimedVolumes> {
  const owner = ownerOf(stack.name, machine.profile.digestKey);
  const { evidence, existing } = await gatherEvidence(root, docker, owner, deployed);
  return {
    owner,
    engine: evidence.engine,
    volumes: names.flatMap((name) => {
      const volume = existing.find((found) => found.name === name);
      return volume === undefined ? [] : [{ volume, claim: claimOf(volume, evidence) }];
    }),
  };
}

/** Records what only the container or the state shows to be the stack's, before both go. */
export function keepClaims(root: string, { owner, engine, volumes }: ClaimedVolumes): void {
  recordVolumes(
    root,
    owner.stack,
    volumes.flatMap(({ volume, claim }) =>
      claim === undefined || claim === "label" ? [] : [toEntry(volume, engine)],
    ),
  );
}
