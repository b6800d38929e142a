import { clusterNames } from "../../config/cluster/cluster-names";
import {
  findObject,
  kubectl,
  kubectlLine,
  readIfThere,
  readObject,
  type ClusterPlace,
} from "../../config/cluster/kubectl";
import type { Meta } from "../../config/cluster/objects";
import { isOwn, ownerOf, whose, type Owner } from "../../config/engine/stack-owner";
import { confirmStack } from "../confirm";
import type { ClusterStack } from "../open-stack";
import { print, printResult } from "../output";
import { UserError } from "../user-error";

interface Named {
  readonly kind: string;
  readonly metadata: Meta;
}

interface Claim extends Named {
  readonly spec: { readonly volumeName?: string };
}

interface Pod extends Named {
  readonly spec: {
    readonly volumes?: readonly {
      readonly persistentVolumeClaim?: { readonly claimName: string };
    }[];
  };
}

/** What Kubernetes itself has in every namespace. */
const everywhere: readonly string[] = ["ConfigMap kube-root-ca.crt", "ServiceAccount default"];

/**
 * Removes a stack from its cluster with its claim, once the user has named the stack, and the namespace that was made for it,
 * where nothing else is in that.
 *
 * @param destroy ends what the stack declares
 */
export async function wipeInCluster(
  { tools, stack, cluster }: ClusterStack,
  confirm: string | undefined,
  destroy: () => Promise<unknown>,
): Promise<void> {
  const owner = ownerOf(stack.name, tools.profile.digestKey);
  const claim = await ownClaim(cluster, owner, "Nothing was removed");
  const namespace = await findObject<Named>(cluster, "namespace", cluster.namespace);
  const isOwnNamespace = namespace !== undefined && isOwn(namespace.metadata.labels, owner);
  if (claim === undefined && !isOwnNamespace) {
    print(`Stack ${stack.name} has no claim in ${cluster.namespace}: there is nothing to remove.`);
    printResult({ stack: stack.name, removed: [] });
    return;
  }
  print(`This goes, and nothing brings it back (stack ${stack.name}, ${cluster.context}):`);
  const parts = [
    ...(claim === undefined ? [] : [`claim ${clusterNames.claim} in ${cluster.namespace}`]),
    ...(isOwnNamespace ? [`namespace ${cluster.namespace}, if nothing else is in it`] : []),
  ];
  for (const part of ["the pod", ...parts]) print(`  ${part}`);
  await confirmStack(stack.name, confirm, {
    purpose: "to remove all of this",
    refusal: "Nothing was removed",
  });
  await destroy();
  const removed = [
    ...(claim === undefined ? [] : await removeClaim(cluster, owner, claim)),
    ...(isOwnNamespace ? await removeNamespace(cluster) : []),
  ];
  print(`Nothing is left of stack ${stack.name} but its configuration; npm start begins anew.`);
  printResult({ stack: stack.name, removed });
}

/** @throws UserError of one that is not the stack's, or that another pod has */
async function ownClaim(place: ClusterPlace, owner: Owner, removed: string) {
  // Of a claim that this user may not see, nobody is to be told that there is none.
  const claim = await readIfThere<Claim>(place, ["get", "pvc", clusterNames.claim]);
  if (claim === undefined) return undefined;
  const remove = (what: string) => kubectlLine(place, `delete ${what}`);
  if (!isOwn(claim.metadata.labels, owner)) {
    throw new UserError(
      "KALISI-VOLUME-WIPE",
      `${removed}: the claim ${clusterNames.claim} is not this stack's: ${whose(claim.metadata.labels, owner) ?? "nothing shows whose it is"}\nTo remove it all the same, with all data: ${remove(`pvc ${clusterNames.claim}`)}`,
    );
  }
  const { items } = await readObject<{ readonly items: readonly Pod[] }>(place, ["get", "pods"]);
  const other = items.find(
    ({ metadata, spec }) =>
      metadata.name !== clusterNames.pod &&
      spec.volumes?.some(
        ({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName === clusterNames.claim,
      ),
  );
  if (other !== undefined) {
    throw new UserError(
      "KALISI-VOLUME-IN-USE",
      `${removed}: the claim ${clusterNames.claim} is used by the pod ${other.metadata.name}, which this stack did not make.\nRemove that first, if it may go: ${remove(`pod ${other.metadata.name}`)}`,
    );
  }
  return claim;
}

async function removeClaim(
  place: ClusterPlace,
  owner: Owner,
  { spec: { volumeName } }: Claim,
): Promise<readonly string[]> {
  // Somebody may have made another one meanwhile.
  await ownClaim(place, owner, "That is all that was removed");
  await kubectl(place, ["delete", "pvc", clusterNames.claim, "--ignore-not-found"], {
    patienceSeconds: 120,
  });
  print(`Removed claim ${clusterNames.claim}`);
  const volume =
    volumeName === undefined
      ? undefined
      : await findObject<{ readonly spec: { readonly persistentVolumeReclaimPolicy: string } }>(
          place,
          "pv",
          volumeName,
        );
  if (volume?.spec.persistentVolumeReclaimPolicy === "Retain") {
    print(
      `Its volume, ${String(volumeName)}, is kept by the cluster (Retain), with the data on it`,
    );
  }
  return [clusterNames.claim];
}

async function removeNamespace(place: ClusterPlace): Promise<readonly string[]> {
  const kinds = "all,configmap,secret,serviceaccount,pvc,ingress,networkpolicy";
  const { items } = await readObject<{ readonly items: readonly Named[] }>(place, ["get", kinds]);
  const others = items
    .map(({ kind, metadata }) => `${kind} ${metadata.name}`)
    .filter((name) => !everywhere.includes(name));
  if (others.length > 0) {
    print(`The namespace ${place.namespace} stays: ${others.join(", ")} is in it`);
    return [];
  }
  await kubectl(place, ["delete", "namespace", place.namespace], { patienceSeconds: 120 });
  print(`Removed namespace ${place.namespace}`);
  return [place.namespace];
}
