import type { LoadedConfig } from "../../config/inputs";
import { lookForStack } from "../../config/look-at-cluster";
import { ok, warning, type Finding } from "./finding";

/** The cluster that a stack's settings name, and what in it is in the stack's way. */
export async function checkCluster(
  root: string,
  config: LoadedConfig,
): Promise<readonly Finding[]> {
  const { context, namespace } = config.cluster;
  const { isNotServing } = await lookForStack(root, config);
  return [
    ok("Kubernetes", `context ${context}, namespace ${namespace}`),
    ...(isNotServing ? [warning("pod", "is not ready at this moment", "npm run status")] : []),
  ];
}
