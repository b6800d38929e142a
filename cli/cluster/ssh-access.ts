import { delimiter, join, resolve } from "node:path";
import { derivedNamespace } from "../../config/cluster/cluster-names";
import type { ClusterPlace } from "../../config/cluster/kubectl";
import { gatewayContainerPort, sshContainerPort } from "../../config/container-ports";
import { derivedPorts } from "../../config/names";
import type { ExecResult } from "../container/exec";
import type { ClusterStack } from "../open-stack";
import { hostKeyCommand, proxyWords, type HowToConnect, type SshPlace } from "../ssh-access";
import { execInPod, refuseDown } from "./pod";

/** Where ssh finds a stack's pod, and what that says of its host key. */
export async function accessToPod(
  root: string,
  opened: ClusterStack,
): Promise<readonly [SshPlace, ExecResult]> {
  await refuseDown(opened);
  const { cluster, stack, settings } = opened;
  const { ssh, gateway, ports } = settings.config;
  const derived = derivedPorts(stack.name);
  // Nothing looks an address up, and connections that ssh's users share are told apart by it.
  const host = derivedNamespace(stack.name);
  return [
    {
      ...{ host, address: host, port: sshContainerPort },
      proxyCommand: (asked) => podProxy(root, cluster, asked, process.env),
      published: {
        [sshContainerPort]: ssh.port ?? derived.ssh,
        [gatewayContainerPort]: gateway.port ?? derived.gateway,
        ...Object.fromEntries(ports.map(({ internal, external }) => [internal, external])),
      },
    },
    await execInPod(opened, hostKeyCommand),
  ];
}

/** How long the pod may take to be ready again: another one may have to be started, on another node. */
const patienceSeconds = 300;

/** The line by which ssh gets to a pod's sshd, from any folder and from an editor, which may know less of its user. */
export function podProxy(
  root: string,
  { context, namespace }: ClusterPlace,
  { isPatient = false }: HowToConnect,
  { KUBECONFIG: files = "" }: NodeJS.ProcessEnv,
): string {
  const absolute = files.split(delimiter).map((file) => (file === "" ? "" : resolve(file)));
  return proxyWords([
    ...(files === "" ? [] : ["env", `KUBECONFIG=${absolute.join(delimiter)}`]),
    ...[process.execPath, "--require", join(root, "compile.cjs")],
    join(root, "cli", "cluster", "port-forward.ts"),
    ...[context, namespace, ...(isPatient ? [String(patienceSeconds)] : [])],
  ]);
}
