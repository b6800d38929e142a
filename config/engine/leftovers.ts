import type Docker from "dockerode";
import { isDoneAlready } from "./message";
import type { NetworkFacts } from "./network-check";
import { filesVolumeOf, writerOf } from "./placed-files";
import type { PhysicalNames } from "../names";
import { isOwn, type Owner } from "./stack-owner";
import type { VolumeFacts } from "./volume-owner";

type Names = Pick<PhysicalNames, "container" | "network">;

/** What is a stack's by its labels and its name, and holds no data: it can be made again. */
export interface Part {
  readonly kind: "container" | "network" | "volume";
  readonly id: string;
  readonly name: string;
}

/**
 * Finds a stack's containers and network on its Engine, whatever the state says, and the volume of the files that were
 * placed there. On older Engines several networks can have one name.
 *
 * @param volumes none where the volume is not asked for: a command makes it, so that the state does not have it
 */
export function partsOf(
  { container, network }: Names,
  owner: Owner,
  containers: readonly Docker.ContainerInfo[],
  networks: readonly NetworkFacts[],
  volumes: readonly VolumeFacts[] = [],
): readonly Part[] {
  const files = filesVolumeOf(container);
  return [
    ...[container, writerOf(files)].flatMap((name) =>
      containers
        .filter(({ Labels, Names }) => isOwn(Labels, owner) && Names.includes(`/${name}`))
        .map(({ Id }) => ({ kind: "container" as const, id: Id, name })),
    ),
    ...networks
      .filter(({ labels, name }) => isOwn(labels, owner) && name === network)
      .map(({ id, name }) => ({ kind: "network" as const, id, name })),
    ...volumes
      .filter(({ labels, name }) => isOwn(labels, owner) && name === files)
      .map(({ name }) => ({ kind: "volume" as const, id: name, name })),
  ];
}

/**
 * Stops and removes parts of a stack; volumes with data are none.
 *
 * @param stopSeconds how long a container may take to stop
 */
export async function removeParts(
  docker: Docker,
  parts: readonly Part[],
  stopSeconds: number,
): Promise<void> {
  // Networks and volumes cannot go before what is on them, which partsOf has before them.
  for (const { kind, id } of parts) {
    if (kind === "network") {
      await docker.getNetwork(id).remove().catch(ignoreGone);
    } else if (kind === "volume") {
      await docker.getVolume(id).remove().catch(ignoreGone);
    } else {
      const container = docker.getContainer(id);
      await container.stop({ t: stopSeconds }).catch(ignoreGone);
      await container.remove().catch(ignoreGone);
    }
  }
}

function ignoreGone(error: unknown): void {
  if (!isDoneAlready(error)) {
    throw error;
  }
}
