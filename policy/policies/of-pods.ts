import type { ResourceValidation, ResourceValidationArgs } from "@pulumi/policy";
import { entriesOf, objectsOf, type Props } from "./of-type";

/** The template of a pod, as everything that makes pods has one: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/ */
export interface Pod {
  readonly spec: Props;
  /** Those that begin before the others and those that are added later count as well. */
  readonly containers: readonly Props[];
}

const makers = /^kubernetes:(?:apps|batch|core)\/\w+:(\w+)$/;

/** Where what makes pods has their template. */
const templates: Readonly<Record<string, readonly string[]>> = {
  Pod: [],
  StatefulSet: ["spec", "template"],
  Deployment: ["spec", "template"],
  DaemonSet: ["spec", "template"],
  ReplicaSet: ["spec", "template"],
  ReplicationController: ["spec", "template"],
  Job: ["spec", "template"],
  CronJob: ["spec", "jobTemplate", "spec", "template"],
};

/** The pod that a resource of Kubernetes' is or makes, if any. */
export function podOf(type: string, props: Props): Pod | undefined {
  const path = templates[makers.exec(type)?.[1] ?? ""];
  if (path === undefined) return undefined;
  const template = path.reduce<Props>((node, key) => objectOf(node[key]), props);
  const spec = objectOf(template["spec"]);
  const containers = ["containers", "initContainers", "ephemeralContainers"].flatMap((key) =>
    objectsOf(spec[key]),
  );
  return { spec, containers };
}

/** A validation of everything that makes pods. */
export function ofPods(
  problemsOf: (pod: Pod, args: ResourceValidationArgs) => readonly string[],
): ResourceValidation {
  return (args, reportViolation) => {
    const pod = podOf(args.type, args.props);
    if (pod === undefined) return;
    for (const problem of problemsOf(pod, args)) reportViolation(problem);
  };
}

/** {@link ofPods} for each of a pod's containers. */
export function ofPodContainers(
  problemsOf: (container: Props, args: ResourceValidationArgs) => readonly string[],
): ResourceValidation {
  return ofPods(({ containers }, args) =>
    containers.flatMap((container) => problemsOf(container, args)),
  );
}

/** An input that may be an object, or not be there. */
export function objectOf(input: unknown): Props {
  return typeof input === "object" && input !== null && !Array.isArray(input)
    ? (input as Props)
    : {};
}

/** The variables of a pod's container, those whose values are given with it. */
export function variablesOf(container: Props): readonly (readonly [string, string])[] {
  return objectsOf(container["env"]).flatMap(({ name, value }) =>
    entriesOf({ [String(name)]: value }),
  );
}
