import type Docker from "dockerode";
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
  type VolumeFacts,
} from "../../config/engine/volume-owner";
import type { OpenStack } from "../stack";

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

/** Looks whose the named volumes are, those of them that are there. */
export async function claimVolumes(
  root: string,
  docker: Docker,
  { machine, stack, deployed }: Pick<OpenStack, "machine" | "stack" | "deployed">,
  names: readonly string[],
): Promise<ClaimedVolumes> {
  const owner = ownerOf(stack.name, machine.profile.digestKey);
  const [engine, existing, containers] = await Promise.all([
    identifyEngine(docker),
    listVolumes(docker),
    docker.listContainers({ all: true }),
  ]);
  const evidence = {
    owner,
    engine,
    ledger: readLedger(root, stack.name),
    mounted: mountedBy(containers.filter(({ Labels }) => isOwn(Labels, owner))),
    inState: new Set(deployed.volumes),
    // To be used by the next update is one thing, to be removed another.
    named: new Set<string>(),
    configured: new Set<string>(),
  };
  return {
    owner,
    engine,
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
