import { clusterNames } from "./cluster-names";
import { findObject, type ClusterPlace } from "./kubectl";
import type { Pod } from "./objects";

interface Node {
  readonly spec: { readonly taints?: readonly { readonly key: string }[] };
  readonly status: {
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

/** https://kubernetes.io/docs/concepts/cluster-administration/node-shutdown/#non-graceful-node-shutdown */
const outOfService = "node.kubernetes.io/out-of-service";

/**
 * What to do about a pod whose node is lost: nothing does it by itself, as that node may still run and write. Undefined
 * where the node is well, or this user may not see it.
 */
export async function adviseOnLostNode(
  place: ClusterPlace,
  { spec: { nodeName } }: Pod,
): Promise<readonly string[] | undefined> {
  if (nodeName === undefined) return undefined;
  const node = await findObject<Node>(place, "node", nodeName);
  const ready = node?.status.conditions?.find(({ type }) => type === "Ready");
  if (node === undefined || ready?.status === "True") return undefined;
  if (node.spec.taints?.some(({ key }) => key === outOfService) === true) {
    return [`Node ${nodeName} is lost, and marked as off: the pod goes to another one`];
  }
  return [
    `Node ${nodeName} is lost. If it comes back, so does ${clusterNames.pod}, with its data.`,
    `If that machine is off for certain, and only then, this has the pod start elsewhere; while it still runs, two would write to one database:`,
    `  kubectl --context ${place.context} taint nodes ${nodeName} ${outOfService}=nodeshutdown:NoExecute`,
  ];
}
