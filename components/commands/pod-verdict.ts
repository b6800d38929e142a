import { clusterNames } from "../../config/cluster/cluster-names";
import { hindranceOf, hindranceOfEvent, isReady } from "../../config/cluster/hindrance";
import { watchObjects, type ClusterPlace } from "../../config/cluster/kubectl";
import type { ClusterEvent, Pod, StatefulSet } from "../../config/cluster/objects";

/** How waiting for a pod has ended. */
export type PodVerdict =
  | { readonly kind: "ready"; readonly node: string }
  | {
      /** Something outside of it keeps it from starting, or its services do not get ready. */
      readonly kind: "hindered" | "unhealthy";
      readonly reason: string;
      readonly hasStarted: boolean;
    };

const workload = `metadata.name=${clusterNames.workload}`;

/**
 * Waits until the pod of the StatefulSet's newest version is ready, or cannot become so by itself.
 *
 * @param timeoutSeconds how long its container may take to start, and then to get ready
 * @param report is told what it waits for, once each
 * @throws KubectlError where the cluster does not answer
 */
export async function waitForPod(
  place: ClusterPlace,
  timeoutSeconds: number,
  report: (line: string) => void,
): Promise<PodVerdict> {
  const since = Date.now();
  const over = new AbortController();
  const told = new Set<string>();
  let reason = "nothing was seen of it";
  let revision: string | undefined;
  let pod: Pod | undefined;
  let startedAt: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  let verdict: PodVerdict | undefined;

  const end = (found: PodVerdict) => {
    verdict ??= found;
    over.abort();
  };
  const hinder = (why: string) => {
    reason = why;
    if (!told.has(why)) report(why);
    told.add(why);
  };
  const limit = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const hasStarted = startedAt !== undefined;
      const late = `it was not ready after ${timeoutSeconds} s`;
      end(
        hasStarted
          ? { kind: "unhealthy", reason: late, hasStarted }
          : { kind: "hindered", reason: reason, hasStarted },
      );
    }, timeoutSeconds * 1000);
  };
  const judge = () => {
    const isNewest = pod?.metadata.labels?.["controller-revision-hash"] === revision;
    if (pod === undefined || revision === undefined || !isNewest) return;
    if (isReady(pod)) {
      end({ kind: "ready", node: pod.spec.nodeName ?? "" });
      return;
    }
    const hindrance = hindranceOf(pod);
    if (hindrance !== undefined) {
      hinder(hindrance.reason);
      if (hindrance.isFinal) end({ kind: "hindered", reason, hasStarted: false });
      return;
    }
    const running = pod.status.containerStatuses?.[0]?.state?.running?.startedAt;
    if (running !== undefined && running !== startedAt) {
      startedAt ??= running;
      limit();
    }
  };

  limit();
  await Promise.all([
    watchObjects<StatefulSet>(
      place,
      ["apis/apps/v1", `statefulsets?fieldSelector=${workload}`],
      over.signal,
      ({ metadata, status }) => {
        if (status?.observedGeneration === metadata.generation) revision = status.updateRevision;
        judge();
      },
    ),
    watchObjects<Pod>(
      place,
      ["api/v1", `pods?fieldSelector=metadata.name=${clusterNames.pod}`],
      over.signal,
      (seen) => {
        pod = seen;
        judge();
      },
    ),
    watchObjects<ClusterEvent>(place, ["api/v1", "events"], over.signal, (event) => {
      const at = Date.parse(event.lastTimestamp ?? event.eventTime ?? "");
      const why = at >= since ? hindranceOfEvent(event) : undefined;
      if (why !== undefined) hinder(why);
    }),
  ]).catch((error: unknown) => {
    over.abort();
    if (verdict === undefined) throw error;
  });
  clearTimeout(timer);
  if (verdict === undefined) throw new Error("the cluster has ended its answers");
  return verdict;
}
