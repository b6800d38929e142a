import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Identities } from "./identities";
import type { Machine } from "./machine";

const options = (given: Readonly<Record<string, string>>) =>
  Object.entries(given).map(([name, value]) => `--${name}=${value}`);

const store = "http://127.0.0.1:2379";

/** After so many seconds without a word from a node, it counts as lost. A cluster's own default is 50. */
const nodeGraceSeconds = 10;

/** Starts the programs that a cluster is led by. */
export async function startControlPlane(
  machine: Machine,
  kubernetes: string,
  identities: Identities,
  address: string,
): Promise<void> {
  const serve = (program: string, given: Readonly<Record<string, string>>) =>
    machine.runUntilReady(program, /Serving securely on/, [
      ...[kubernetes, program],
      ...options(given),
    ]);
  const data = join(machine.folder, "etcd");
  mkdirSync(data, { mode: 0o700 });
  await machine.runUntilReady("etcd", /ready to serve client requests/, [
    ...[kubernetes, "etcd"],
    ...options({
      "data-dir": data,
      "listen-client-urls": store,
      "advertise-client-urls": store,
      "listen-peer-urls": "http://127.0.0.1:2380",
    }),
    // It does not outlive the test.
    "--unsafe-no-fsync",
  ]);
  await serve("kube-apiserver", {
    "etcd-servers": store,
    "advertise-address": address,
    "secure-port": "6443",
    "cert-dir": identities.path(""),
    "token-auth-file": identities.path("tokens.csv"),
    "authorization-mode": "Node,RBAC",
    "enable-admission-plugins": "NodeRestriction",
    "service-account-issuer": "https://kubernetes.default.svc",
    "service-account-key-file": identities.path("accounts.pub"),
    "service-account-signing-key-file": identities.path("accounts.key"),
    "service-cluster-ip-range": "10.96.0.0/16",
    "kubelet-client-certificate": identities.path("client.crt"),
    "kubelet-client-key": identities.path("client.key"),
    "kubelet-preferred-address-types": "InternalIP",
  });
  await Promise.all([
    serve("kube-controller-manager", {
      kubeconfig: identities.kubeconfig("system:kube-controller-manager"),
      "bind-address": "127.0.0.1",
      "cert-dir": join(machine.folder, "manager"),
      "leader-elect": "false",
      "use-service-account-credentials": "true",
      "service-account-private-key-file": identities.path("accounts.key"),
      "root-ca-file": identities.path("apiserver.crt"),
      "node-monitor-grace-period": `${nodeGraceSeconds}s`,
      "node-monitor-period": "1s",
      // A claim waits this long for its volume. Its own default is 15s.
      "pvclaimbinder-sync-period": "1s",
    }),
    serve("kube-scheduler", {
      kubeconfig: identities.kubeconfig("system:kube-scheduler"),
      "bind-address": "127.0.0.1",
      "cert-dir": join(machine.folder, "scheduler"),
      "leader-elect": "false",
    }),
  ]);
}
