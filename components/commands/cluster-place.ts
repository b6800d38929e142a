import type { ClusterPlace } from "../../config/cluster/kubectl";
import { requireVariable } from "./program";

/** Where a program finds the stack. */
export function placeFromEnvironment(): ClusterPlace {
  return {
    context: requireVariable("KALISI_CONTEXT"),
    namespace: requireVariable("KALISI_NAMESPACE"),
  };
}
