import { join } from "node:path";
import { writeText } from "../files";
import type { Identities } from "./identities";
import type { Machine } from "./machine";
import { registryHosts } from "./registry";

/** Where Debian's containernetworking-plugins has them. */
export const networkPlugins = "/usr/lib/cni";
/** By which image the runtime holds the namespaces of a pod. */
export const pauseImage = "kalisi.local/tiny:1";

const socket = "/run/containerd/containerd.sock";

const containerdConfig = (networkFolder: string, registries: string) => `version = 2
root = "/var/lib/containerd"
state = "/run/containerd"
[grpc]
  address = "${socket}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${pauseImage}"
  disable_apparmor = true
  # Who may not give a process more protection from the kernel's lack of memory starts pods without it.
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "${networkPlugins}"
    conf_dir = "${networkFolder}"
  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = "${registries}"
`;

const podNetwork = (subnet: string) => ({
  cniVersion: "1.0.0",
  name: "pods",
  plugins: [
    {
      type: "bridge",
      bridge: "pods",
      isGateway: true,
      ipam: {
        type: "host-local",
        ranges: [[{ subnet }]],
        routes: [{ dst: "0.0.0.0/0" }],
      },
    },
  ],
});

const kubeletConfig = (place: Place, clientCaFile: string) => ({
  apiVersion: "kubelet.config.k8s.io/v1beta1",
  kind: "KubeletConfiguration",
  address: place.address,
  authentication: {
    anonymous: { enabled: false },
    webhook: { enabled: true },
    x509: { clientCAFile: clientCaFile },
  },
  authorization: { mode: "Webhook" },
  cgroupDriver: "cgroupfs",
  cgroupRoot: place.cgroup,
  containerRuntimeEndpoint: `unix://${socket}`,
  // It refuses what it would have to change of the kernel: a machine of the tests has all of it.
  protectKernelDefaults: true,
  failSwapOn: false,
  makeIPTablesUtilChains: false,
  resolvConf: "",
  // A test's machine says nothing by how full it is.
  evictionHard: Object.fromEntries(
    ["memory.available", "nodefs.available", "nodefs.inodesFree", "imagefs.available"].map(
      (signal) => [signal, "0%"],
    ),
  ),
  imageGCHighThresholdPercent: 100,
  // A volume of a ConfigMap follows it within this time. A kubelet's own default is 1m.
  syncFrequency: "5s",
  nodeStatusUpdateFrequency: "2s",
  nodeLeaseDurationSeconds: 8,
});

/** Where a node is. */
export interface Place {
  /** In the network that all nodes are in. */
  readonly address: string;
  /** Of its pods, which no other node has. */
  readonly podSubnet: string;
  /** The path of the control group that its pods are below. */
  readonly cgroup: string;
  /** At which addresses it reaches registries, by their names in images'. */
  readonly registries: Readonly<Record<string, string>>;
}

/** Starts what makes a machine a node, with images from archives of `docker save`'s kind. */
export async function startNode(
  machine: Machine,
  kubernetes: string,
  identities: Identities,
  place: Place,
  archives: readonly string[],
): Promise<void> {
  const write = (file: string, content: string) => {
    const path = join(machine.folder, file);
    writeText(path, content);
    return path;
  };
  write("network/pods.conflist", JSON.stringify(podNetwork(place.podSubnet)));
  for (const [name, address] of Object.entries(place.registries)) {
    write(`registries/${name}/hosts.toml`, registryHosts(address));
  }
  const own = (name: string) => join(machine.folder, name);
  const config = write("containerd.toml", containerdConfig(own("network"), own("registries")));
  const started = /containerd successfully booted/;
  await machine.runUntilReady("containerd", started, ["containerd", "--config", config]);
  for (const archive of archives) {
    machine.run("ctr", "--address", socket, "--namespace", "k8s.io", "images", "import", archive);
  }
  const options = [
    `--config=${write("kubelet.json", JSON.stringify(kubeletConfig(place, identities.path("client.crt"))))}`,
    `--kubeconfig=${identities.kubeconfig(`system:node:${machine.name}`)}`,
    `--hostname-override=${machine.name}`,
    `--node-ip=${place.address}`,
  ];
  await machine.runUntilReady("kubelet", /Started kubelet/, [kubernetes, "kubelet", ...options]);
}
