import { clusterNames } from "../../config/cluster/cluster-names";
import { kubectl, KubectlError, kubectlLine, readIfThere } from "../../config/cluster/kubectl";
import type { Pod } from "../../config/cluster/objects";
import type { ExecResult } from "../container/exec";
import type { ClusterStack } from "../open-stack";
import { UserError } from "../user-error";

type Where = Pick<ClusterStack, "cluster" | "stack">;

/** By which kubectl finds the container that everything runs in. */
export const containerWords = [clusterNames.pod, `--container=${clusterNames.container}`] as const;

/**
 * Reads a stack's pod.
 *
 * @throws UserError where there is none, KubectlError where the cluster does not answer
 */
export async function readPod({ cluster, stack }: Where): Promise<Pod> {
  const pod = await readIfThere<Pod>(cluster, ["get", "pod", clusterNames.pod]);
  if (pod === undefined) {
    throw new UserError(
      "KALISI-CONTAINER-MISSING",
      `Stack ${stack.name} has no pod in namespace ${cluster.namespace}: npm start makes it`,
    );
  }
  return pod;
}

/** @throws UserError where a stack's container does not run, KubectlError where the cluster does not answer */
export async function refuseDown(where: Where): Promise<void> {
  const { status } = await readPod(where);
  if (status.containerStatuses?.[0]?.state?.running !== undefined) return;
  throw new UserError(
    "KALISI-KUBERNETES-POD",
    `The pod ${clusterNames.pod} does not run (${status.phase ?? "not begun"}).\nWhat keeps it: ${describeLine(where)}`,
  );
}

/** What to type to see how a stack's pod is. */
export function describeLine({ cluster }: Where): string {
  return kubectlLine(cluster, `describe pod ${clusterNames.pod}`);
}

/**
 * Runs a command in a stack's container as root, without a terminal and without input.
 *
 * @throws KubectlError where it could not be run
 */
export async function execInPod(
  { cluster }: Where,
  command: readonly string[],
): Promise<ExecResult> {
  try {
    const stdout = await kubectl(cluster, ["exec", ...containerWords, "--", ...command]);
    return { code: 0, stdout };
  } catch (error) {
    if (!(error instanceof KubectlError) || error.programCode === undefined) throw error;
    return { code: error.programCode, stdout: error.output };
  }
}
