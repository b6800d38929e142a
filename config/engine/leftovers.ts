import type Docker from "dockerode";
import { isDoneAlready } from "./message";
import type { NetworkFacts } from "./network-check";
import type { PhysicalNames } from "../names";
import { isOwn, type Owner } from "./stack-owner";

type Names = Pick<PhysicalNames, "container" | "network">;

/** A container or a network that is a stack's by its labels and its name. */
export interface Part {
  readonly kind: "container" | "network";
  readonly id: string;
  readonly name: string;
}

/** Finds a stack's container and network on its Engine, whatever the state says. On older Engines several networks can have one name. */
export function partsOf(
  { container, network }: Names,
  owner: Owner,
  containers: readonly Docker.ContainerInfo[],
  networks: readonly NetworkFacts[],
): readonly Part[] {
  return [
    ...containers
      .filter(({ Labels, Names }) => isOwn(Labels, owner) && Names.includes(`/${container}`))
      .map(({ Id }) => ({ kind: "container" as const, id: Id, name: container })),
    ...networks
      .filter(({ labels, name }) => isOwn(labels, owner) && name === network)
      .map(({ id, name }) => ({ kind: "network" as const, id, name })),
  ];
}

/**
 * Stops and removes parts of a stack; volumes stay.
 *
 * @param stopSeconds how long a container may take to stop
 */
export async function removeParts(
  docker: Docker,
  parts: readonly Part[],
  stopSeconds: number,
): Promise<void> {
  // A network cannot go before what is on it, which partsOf has before it.
  for (const { kind, id } of parts) {
    if (kind === "network") {
      await docker.getNetwork(id).remove().catch(ignoreGone);
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
