import * as pulumi from "@pulumi/pulumi";
import { lookAtCluster } from "./cluster/preflight";
import { countedTrigger } from "./engine/counted-trigger";
import { readState } from "./engine/deployed";
import { throwIfAny } from "./errors";
import type { LoadedConfig } from "./inputs";
import { configPath } from "./settings/set-command";
import { targetMoveProblems } from "./target-move";

/** What was found in the cluster that the stack is declared from. */
export interface ClusterFindings {
  /** Another value checks a pod again that was ready before. */
  readonly asked: number;
  /** Records what was found; does nothing in a preview. */
  readonly settle: () => Promise<void>;
}

/**
 * Asks the cluster for what Pulumi's plugin does not: whether it has what the stack needs, and whose what is there is.
 * Nothing is changed.
 *
 * @param root the project's root
 * @throws ConfigError with every problem that was found
 */
export async function checkCluster(root: string, config: LoadedConfig): Promise<ClusterFindings> {
  const { cluster, kubernetes, owner } = config;
  const deployed = await readState(root, owner.stack, config.pulumiBin);
  if (deployed) throwIfAny(targetMoveProblems(owner.stack, cluster, deployed));
  const found = await lookAtCluster({
    place: cluster,
    owner,
    isGiven: cluster.isGiven,
    storage: kubernetes.storage,
    label: (...path) => configPath(path),
  });
  const checks = (record: boolean) =>
    countedTrigger(root, "unhealthy", owner.stack, found.isNotServing, record);
  return {
    asked: checks(false),
    settle: () => {
      if (!pulumi.runtime.isDryRun()) checks(true);
      return Promise.resolve();
    },
  };
}
