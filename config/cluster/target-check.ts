import type { Problem } from "../errors";
import { setCommand } from "../settings/set-command";
import { clusterName } from "../settings/formats";
import type { StackConfig } from "../settings/schema";
import { derivedNamespace } from "./cluster-names";
import type { ClusterPlace } from "./kubectl";

/** Where in a cluster a stack is, as its settings say. */
export interface ClusterTarget extends ClusterPlace {
  /** Whether the namespace must be there already. */
  readonly isGiven: boolean;
}

export function targetOf(stack: string, { kubernetes }: StackConfig): ClusterTarget {
  const { context = "", namespace } = kubernetes;
  return {
    context,
    namespace: namespace ?? derivedNamespace(stack),
    isGiven: namespace !== undefined,
  };
}

/** Finds what a stack on Kubernetes lacks in its settings, or has too much. */
export function checkTarget(
  stack: string,
  config: StackConfig,
  label: (...path: readonly string[]) => string,
): { readonly problems: readonly Problem[]; readonly warnings: readonly string[] } {
  if (config.target !== "kubernetes") return { problems: [], warnings: [] };
  const { image, kubernetes, resources, names, network } = config;
  const problems: Problem[] = [];
  if (kubernetes.context === undefined) {
    const path = ["kubernetes", "context"];
    problems.push({
      code: "KALISI-KUBERNETES-CONTEXT",
      setting: label(...path),
      problem: `is not set: ${label("target")} is kubernetes, and the current context may be another one tomorrow`,
      fix: `kubectl config get-contexts shows what there is: ${setCommand(path)}`,
    });
  }
  if (image.pull === undefined || !/@sha256:[0-9a-f]{64}$/.test(image.pull)) {
    const path = ["image", "pull"];
    problems.push({
      code: "KALISI-KUBERNETES-IMAGE",
      setting: label(...path),
      ...(image.pull === undefined ? {} : { value: image.pull }),
      problem: `must name an image by its digest: a cluster's nodes get it from a registry, and what a tag means can change`,
      fix: `${setCommand(path, "REGISTRY/NAME@sha256:DIGEST")}; a stack on Docker publishes one: ${setCommand(["image", "publish", "enabled"], "true")}`,
    });
  }
  const { namespace } = targetOf(stack, config);
  if (!clusterName.safeParse(namespace).success) {
    problems.push({
      code: "KALISI-KUBERNETES-NAMESPACE",
      setting: label("kubernetes", "namespace"),
      value: namespace,
      problem: "derives from the stack's name, and is none that Kubernetes accepts",
      fix: setCommand(["kubernetes", "namespace"], "NAME"),
    });
  }
  for (const key of ["memory", "cpus"] as const) {
    const [wanted, limit] = [kubernetes.requests[key], resources[key]];
    if (wanted !== undefined && limit !== undefined && wanted > limit) {
      problems.push({
        code: "KALISI-KUBERNETES-REQUEST",
        setting: label("kubernetes", "requests", key),
        value: String(wanted),
        problem: `is more than the pod may use: ${label("resources", key)} is ${String(limit)}`,
        fix: setCommand(["kubernetes", "requests", key]),
      });
    }
  }
  const given = { container: names.container, network: names.network, ...names.volumes };
  const unused = [
    ...(Object.values(given).some((name) => name !== undefined) ? [label("names")] : []),
    ...(network.subnet === undefined ? [] : [label("network", "subnet")]),
  ];
  const warnings = unused.map(
    (name) => `${name} has no effect: it is Docker's, and ${label("target")} is kubernetes`,
  );
  return { problems, warnings };
}
