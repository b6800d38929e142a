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
    };

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
  const wait = new Wait(timeoutSeconds, report);
  const named = (name: string) => `fieldSelector=metadata.name=${name}`;
  const sets = `statefulsets?${named(clusterNames.workload)}`;
  const pods = `pods?${named(clusterNames.pod)}`;
  try {
    await Promise.all([
      watchObjects<StatefulSet>(place, ["apis/apps/v1", sets], wait.signal, (set) => {
        wait.seeSet(set);
      }),
      watchObjects<Pod>(place, ["api/v1", pods], wait.signal, (pod) => {
        wait.seePod(pod);
      }),
      watchObjects<ClusterEvent>(place, ["api/v1", "events"], wait.signal, (event) => {
        wait.seeEvent(event);
      }),
    ]);
  } finally {
    wait.stop();
  }
  if (wait.verdict === undefined) throw new Error("the cluster has ended its answers");
  return wait.verdict;
}

/** What was seen so far, and what comes of it. */
class Wait {
  verdict: PodVerdict | undefined;
  private readonly since = Date.now();
  private readonly over = new AbortController();
  private readonly told = new Set<string>();
  private hindrance = "nothing was seen of it";
  private revision: string | undefined;
  private pod: Pod | undefined;
  private hasStarted = false;
  private timer: NodeJS.Timeout;

  constructor(
    private readonly timeoutSeconds: number,
    private readonly report: (line: string) => void,
  ) {
    this.timer = this.limit();
  }

  /** Aborted once there is a verdict. */
  get signal(): AbortSignal {
    return this.over.signal;
  }

  stop(): void {
    clearTimeout(this.timer);
    this.over.abort();
  }

  seeSet({ metadata, status }: StatefulSet): void {
    // Until the controller has seen an edit, it tells of the version before it.
    if (status?.observedGeneration === metadata.generation) this.revision = status.updateRevision;
    this.judge();
  }

  seePod(pod: Pod): void {
    this.pod = pod;
    this.judge();
  }

  seeEvent(event: ClusterEvent): void {
    const at = Date.parse(event.lastTimestamp ?? event.eventTime ?? "");
    const why = at >= this.since ? hindranceOfEvent(event) : undefined;
    if (why !== undefined) this.hinder(why);
  }

  private judge(): void {
    const { pod, revision } = this;
    const isNewest = pod?.metadata.labels?.["controller-revision-hash"] === revision;
    if (pod === undefined || revision === undefined || !isNewest) return;
    if (isReady(pod)) {
      this.end({ kind: "ready", node: pod.spec.nodeName ?? "" });
      return;
    }
    const found = hindranceOf(pod);
    if (found !== undefined) {
      this.hinder(found.reason);
      if (found.isFinal) this.end({ kind: "hindered", reason: found.reason });
    } else if (!this.hasStarted && pod.status.containerStatuses?.[0]?.state?.running) {
      this.hasStarted = true;
      clearTimeout(this.timer);
      this.timer = this.limit();
    }
  }

  private limit(): NodeJS.Timeout {
    return setTimeout(() => {
      this.end(
        this.hasStarted
          ? { kind: "unhealthy", reason: `it was not ready after ${this.timeoutSeconds} s` }
          : { kind: "hindered", reason: this.hindrance },
      );
    }, this.timeoutSeconds * 1000);
  }

  private hinder(why: string): void {
    this.hindrance = why;
    if (!this.told.has(why)) this.report(why);
    this.told.add(why);
  }

  private end(verdict: PodVerdict): void {
    this.verdict ??= verdict;
    this.over.abort();
  }
}
