import { partsOf, removeParts, type Part } from "../../config/engine/leftovers";
import { listNetworks } from "../../config/engine/network-check";
import { ownerOf } from "../../config/engine/stack-owner";
import { listVolumes } from "../../config/engine/volume-owner";
import { chooseNames } from "../../config/names";
import type { OpenStack } from "../open-stack";
import { engineOf } from "./deployed";

type Opened = Pick<OpenStack, "machine" | "stack" | "settings">;

/** Finds a stack's container, network and placed files on its Engine. A setting that is wrong counts as unset. */
export async function findParts({ machine, stack, settings }: Opened): Promise<readonly Part[]> {
  const docker = engineOf(machine);
  const [containers, networks, volumes] = await Promise.all([
    docker.listContainers({ all: true }),
    listNetworks(docker),
    listVolumes(docker),
  ]);
  const names = chooseNames(stack.name, settings.config.names);
  const owner = ownerOf(stack.name, machine.profile.digestKey);
  return partsOf(names, owner, containers, networks, volumes);
}

/** Removes what an update that was ended has left: it is in no state, so that `destroy` does not know it. */
export async function removeLeftParts(opened: Opened): Promise<void> {
  const { stopSeconds } = opened.settings.config.timeouts;
  await removeParts(engineOf(opened.machine), await findParts(opened), stopSeconds);
}
