import { lookAtCluster, type FoundInCluster } from "./cluster/preflight";
import { readState } from "./engine/deployed";
import { throwIfAny } from "./errors";
import type { LoadedConfig } from "./inputs";
import { targetMoveProblems } from "./target-move";

/**
 * Looks whether a cluster has what a stack needs, and what there is in its way. Nothing is changed.
 *
 * @param root the project's root
 * @throws ConfigError with every problem that was found
 */
export async function lookForStack(root: string, config: LoadedConfig): Promise<FoundInCluster> {
  const { cluster, kubernetes, owner } = config;
  const deployed = await readState(root, owner.stack, config.pulumiBin);
  if (deployed) throwIfAny(targetMoveProblems(owner.stack, cluster, deployed));
  return lookAtCluster({
    place: cluster,
    owner,
    isGiven: cluster.isGiven,
    storage: kubernetes.storage,
  });
}
