import * as pulumi from "@pulumi/pulumi";
import { countedTrigger } from "./engine/counted-trigger";
import type { LoadedConfig } from "./inputs";
import { lookForStack } from "./look-at-cluster";

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
  const found = await lookForStack(root, config);
  const checks = (record: boolean) =>
    countedTrigger(root, "unhealthy", config.owner.stack, found.isNotServing, record);
  return {
    asked: checks(false),
    settle: () => {
      if (!pulumi.runtime.isDryRun()) checks(true);
      return Promise.resolve();
    },
  };
}
