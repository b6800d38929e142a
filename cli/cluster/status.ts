import { clusterNames } from "../../config/cluster/cluster-names";
import { findObject } from "../../config/cluster/kubectl";
import { describeBackups } from "../backup/remind";
import type { ClusterStack } from "../open-stack";
import { print, printResult } from "../output";
import { findDrift } from "../status/drift";
import { driftLines } from "../status/lines";
import { podStatus, type PodStatus } from "./pod-status";

interface Claim {
  readonly spec: { readonly storageClassName?: string };
  readonly status?: { readonly phase?: string; readonly capacity?: { readonly storage?: string } };
}

/** Reports how a stack in a cluster is. Exit code 1 unless its pod is ready. */
export async function statusInCluster(root: string, opened: ClusterStack): Promise<void> {
  const { stack, settings, deployed, cluster } = opened;
  print(`Stack: ${stack.name}`);
  print(`Cluster: ${cluster.context}, namespace ${cluster.namespace}`);
  const [pod, claim] = await Promise.all([
    podStatus(cluster),
    findObject<Claim>(cluster, "pvc", clusterNames.claim),
  ]);
  print([podLine(pod), ...detailsOf(pod)].join("\n"));
  print(claimLine(claim));
  const backups = describeBackups(root, stack.name, settings.config);
  print(backups.lines.join("\n"));
  const drift = await findDrift(stack, settings);
  print(driftLines(drift).join("\n"));
  const isHealthy = pod.health === "healthy";
  printResult({
    stack: stack.name,
    healthy: isHealthy,
    cluster,
    pod,
    ...deployed.addresses,
    lastBackup: backups.last,
    ...drift,
  });
  process.exitCode = isHealthy ? 0 : 1;
}

function podLine({ health, node, since, restarts = 0 }: PodStatus): string {
  const facts = [
    ...(node === undefined ? [] : [`on node ${node}`]),
    ...(since === undefined ? [] : [`for ${since}`]),
    ...(restarts === 0 ? [] : [`restarted ${restarts} times`]),
  ];
  return [`Pod ${clusterNames.pod}: ${health}`, ...facts].join(", ");
}

function detailsOf({ hindrance, lostNode = [] }: PodStatus): readonly string[] {
  return [...(hindrance === undefined ? [] : [hindrance]), ...lostNode].map((line) => `  ${line}`);
}

function claimLine(claim: Claim | undefined): string {
  if (claim === undefined) return `Claim ${clusterNames.claim}: not there`;
  const { phase = "unknown", capacity } = claim.status ?? {};
  const facts = [phase, capacity?.storage, claim.spec.storageClassName].filter(Boolean);
  return `Claim ${clusterNames.claim}: ${facts.join(", ")}`;
}
