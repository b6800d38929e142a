import { clusterNames } from "../../config/cluster/cluster-names";
import { hindranceOf, isReady } from "../../config/cluster/hindrance";
import { findObject, type ClusterPlace } from "../../config/cluster/kubectl";
import { adviseOnLostNode } from "../../config/cluster/lost-node";
import type { Pod } from "../../config/cluster/objects";
import { formatSeconds } from "../../config/duration";

/** How a stack's pod is. */
export interface PodStatus {
  readonly health: "healthy" | "not ready" | "pending" | "ending" | "not there";
  readonly node?: string;
  /** For how long its container has run. @example "2 h 3 min" */
  readonly since?: string;
  readonly restarts?: number;
  /** What keeps it from starting, in the cluster's words. */
  readonly hindrance?: string;
  /** What to do about a node that is lost, a line each. */
  readonly lostNode?: readonly string[];
}

/** @throws KubectlError where the cluster does not answer */
export async function podStatus(place: ClusterPlace): Promise<PodStatus> {
  const pod = await findObject<Pod>(place, "pod", clusterNames.pod);
  if (pod === undefined) return { health: "not there" };
  const { nodeName } = pod.spec;
  const [container] = pod.status.containerStatuses ?? [];
  const startedAt = container?.state?.running?.startedAt;
  const lostNode = await adviseOnLostNode(place, pod);
  const hindrance = hindranceOf(pod)?.reason;
  return {
    health: healthOf(pod, startedAt !== undefined),
    ...(nodeName === undefined ? {} : { node: nodeName }),
    ...(startedAt === undefined
      ? {}
      : { since: formatSeconds((Date.now() - Date.parse(startedAt)) / 1000) }),
    ...(container === undefined ? {} : { restarts: container.restartCount }),
    ...(hindrance === undefined ? {} : { hindrance }),
    ...(lostNode === undefined ? {} : { lostNode }),
  };
}

function healthOf(pod: Pod, isRunning: boolean): PodStatus["health"] {
  if (pod.metadata.deletionTimestamp !== undefined) return "ending";
  if (isReady(pod)) return "healthy";
  return isRunning ? "not ready" : "pending";
}
