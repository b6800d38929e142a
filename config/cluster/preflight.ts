import { ConfigError, throwIfAny, type Problem } from "../errors";
import { isOwn, whose, type Owner } from "../engine/stack-owner";
import { configPath } from "../settings/set-command";
import { clusterNames } from "./cluster-names";
import { isReady } from "./hindrance";
import { findObject, KubectlError, kubectl, type ClusterPlace } from "./kubectl";
import type { Meta, Pod } from "./objects";
import { missingRights } from "./rights";
import { storageProblems, type Claim, type StorageClass, type WantedStorage } from "./storage";

/** What the stack will have in the cluster. */
export interface WantedInCluster {
  readonly place: ClusterPlace;
  readonly owner: Owner;
  /** Whether the namespace must be there already. */
  readonly isGiven: boolean;
  readonly storage: WantedStorage;
}

export interface FoundInCluster {
  /** Whether the pod is there and not ready at this moment. */
  readonly isNotServing: boolean;
}

/**
 * Looks whether a cluster can be reached and has what the stack needs, before anything is created.
 *
 * @throws ConfigError with every problem that was found
 */
export async function lookAtCluster(wanted: WantedInCluster): Promise<FoundInCluster> {
  try {
    // One that does not answer is told once, not by each of the questions.
    await kubectl(wanted.place, ["get", "--raw=/version"]);
    return await look(wanted);
  } catch (error) {
    if (!(error instanceof KubectlError)) throw error;
    throw new ConfigError([reachProblem(wanted, error)]);
  }
}

interface Owned {
  readonly metadata: Meta;
}

async function look(wanted: WantedInCluster): Promise<FoundInCluster> {
  const { place, owner, isGiven } = wanted;
  const [namespace, missing, workload, claim, pod, classes] = await Promise.all([
    findObject<Owned>(place, "namespace", place.namespace),
    missingRights(place, isGiven ? ["get"] : ["get", "create", "patch"]),
    findObject<Owned>(place, "statefulset", clusterNames.workload),
    findObject<Claim>(place, "pvc", clusterNames.claim),
    findObject<Pod>(place, "pod", clusterNames.pod),
    findObject<{ readonly items: readonly StorageClass[] }>(place, "storageclass"),
  ]);
  const setting = configPath(["kubernetes", "namespace"]);
  const problems: Problem[] = [...storageProblems(wanted.storage, claim, classes?.items)];
  if (isGiven && namespace === undefined) {
    problems.push({
      code: "KALISI-KUBERNETES-NAMESPACE",
      setting,
      value: place.namespace,
      problem: "is no namespace of the cluster's",
      fix: `have it made: kubectl --context ${place.context} create namespace ${place.namespace}; or remove the setting: npm start then makes one`,
    });
  }
  if (missing.length > 0) {
    problems.push({
      code: "KALISI-KUBERNETES-RIGHTS",
      setting: configPath(["kubernetes", "context"]),
      value: place.context,
      problem: `your user there may not, in namespace ${place.namespace}: ${missing.join(", ")}`,
      fix: "have them granted by who runs the cluster, in a Role of that namespace",
    });
  }
  const all = [
    { kind: "namespace", name: place.namespace, found: isGiven ? undefined : namespace },
    { kind: "statefulset", name: clusterNames.workload, found: workload },
    { kind: "pvc", name: clusterNames.claim, found: claim },
  ];
  for (const { kind, name, found } of all) {
    if (found === undefined || isOwn(found.metadata.labels, owner)) continue;
    problems.push({
      code: "KALISI-KUBERNETES-TAKEN",
      setting,
      value: place.namespace,
      problem: `has the ${kind} ${name}, which is of ${whose(found.metadata.labels, owner) ?? "something else"}`,
      fix: "choose another namespace: pulumi config set --path 'kalisi:kubernetes.namespace' NAME",
    });
  }
  throwIfAny(problems);
  return { isNotServing: pod !== undefined && !isReady(pod) };
}

/** Of what keeps kubectl from an answer: that it is not there, that it knows no such context, or the cluster itself. */
function reachProblem({ place }: WantedInCluster, error: KubectlError): Problem {
  const named = { setting: configPath(["kubernetes", "context"]), value: place.context };
  if (error.isMissing) {
    return {
      code: "KALISI-KUBERNETES-KUBECTL",
      setting: "kubectl",
      problem: "is not on this machine, and a stack on Kubernetes is reached with it",
      fix: "install it: https://kubernetes.io/docs/tasks/tools/",
    };
  }
  return /context .*(does not exist|was not found)/.test(error.said)
    ? {
        ...{ code: "KALISI-KUBERNETES-CONTEXT", ...named },
        problem: "is no context of kubectl's",
        fix: "kubectl config get-contexts shows what there is: pulumi config set --path 'kalisi:kubernetes.context' NAME",
      }
    : {
        ...{ code: "KALISI-KUBERNETES-UNREACHABLE", ...named },
        problem: `the cluster does not answer: ${error.said}`,
        fix: `have this answer: kubectl --context ${place.context} version`,
      };
}
