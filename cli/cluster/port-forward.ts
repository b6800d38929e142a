import { once } from "node:events";
import { connect } from "node:net";
import { createInterface } from "node:readline";
import { pipeline } from "node:stream/promises";
import { clusterNames } from "../../config/cluster/cluster-names";
import { isReady } from "../../config/cluster/hindrance";
import {
  endOf,
  KubectlError,
  requestSeconds,
  startKubectl,
  watchObjects,
  type ClusterPlace,
} from "../../config/cluster/kubectl";
import type { Pod } from "../../config/cluster/objects";
import { sshContainerPort } from "../../config/container-ports";

// port-forward.ts CONTEXT NAMESPACE [SECONDS]: ssh's ProxyCommand. Joins its own input and output to the sshd of a stack's pod,
// through a `kubectl port-forward` of its own, so that each connection finds the pod that is there. Where SECONDS are given,
// it waits that long for a pod that is ready, and goes on where that one is none any more.
const [context = "", namespace = "", seconds] = process.argv.slice(2);
const pod = ["api/v1", `pods?fieldSelector=metadata.name=${clusterNames.pod}`] as const;

// What has begun at the exit is ended at the exit: ssh hangs this process up when it has done.
for (const signal of ["SIGHUP", "SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => process.exit(1));
}

join({ context, namespace }).then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    process.exit(1);
  },
);

async function join(place: ClusterPlace): Promise<void> {
  if (seconds === undefined) {
    await attempt(place);
    return;
  }
  const over = AbortSignal.timeout(Number(seconds) * 1000);
  const tried = new Set<string>();
  while (!over.aborted) {
    tried.add(await untilReady(place, tried, over));
    try {
      await attempt(place);
      return;
    } catch (error) {
      // The cluster may not have noticed yet that this one has ended.
      if (!(error instanceof KubectlError)) throw error;
    }
  }
  throw tooLate();
}

/** @returns which start of a pod it is, and none of those that were tried */
async function untilReady(
  place: ClusterPlace,
  tried: ReadonlySet<string>,
  over: AbortSignal,
): Promise<string> {
  const found = new AbortController();
  let start: string | undefined;
  await watchObjects<Pod>(place, pod, AbortSignal.any([found.signal, over]), (seen) => {
    const restarts = seen.status.containerStatuses?.[0]?.restartCount ?? 0;
    const at = `${seen.metadata.uid ?? ""} ${restarts}`;
    if (!isReady(seen) || tried.has(at)) return;
    start = at;
    found.abort();
  });
  if (start === undefined) throw tooLate();
  return start;
}

function tooLate(): Error {
  return new Error(`the pod ${clusterNames.pod} was not ready within ${seconds ?? ""} s`);
}

/**
 * Joins this process to sshd until either side ends.
 *
 * @throws KubectlError where sshd has said nothing
 */
async function attempt(place: ClusterPlace): Promise<void> {
  const words = ["port-forward", "--address=127.0.0.1", `pod/${clusterNames.pod}`];
  const child = startKubectl(
    place,
    [`--request-timeout=${requestSeconds}s`, ...words, `:${sshContainerPort}`],
    ["ignore", "pipe", "pipe"],
  );
  const stop = () => child.kill();
  process.once("exit", stop);
  const port = new Promise<number>((found) => {
    createInterface({ input: child.stdout ?? process.stdin }).on("line", (line) => {
      const [, at] = /^Forwarding from 127\.0\.0\.1:(\d+) /.exec(line) ?? [];
      if (at !== undefined) found(Number(at));
    });
  });
  const ended = endOf(place, child);
  // What it says is of interest where sshd has said nothing.
  ended.catch(() => undefined);
  const isJoined = await Promise.race([port.then(joinPort), ended.then(() => false)]);
  if (!isJoined) {
    stop();
    await ended;
  }
}

/** @returns whether anything came from there */
async function joinPort(port: number): Promise<boolean> {
  const { stdin, stdout } = process;
  const socket = connect({ host: "127.0.0.1", port, noDelay: true });
  // sshd speaks first. What ssh says is left where it is until then, for the next attempt.
  const isThere = await once(socket, "readable").then(
    () => socket.readableLength > 0,
    () => false,
  );
  if (!isThere) return false;
  const ways = [pipeline(stdin, socket), pipeline(socket, stdout, { end: false })];
  await Promise.race(ways).catch(() => undefined);
  return true;
}
