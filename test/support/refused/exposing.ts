import { homedir } from "node:os";
import { aContainer, type Refused } from "../policy-stack";

/** What would open this machine to the container, or the container to others. */
export const exposing: readonly Refused[] = [
  [
    "ports-on-loopback",
    "a port without an address",
    "0.0.0.0:8443",
    aContainer({ ports: [{ internal: 1, external: 8443 }] }),
  ],
  [
    "ports-on-loopback",
    "a port on every address",
    "0.0.0.0:2",
    aContainer({ ports: [{ internal: 1, external: 2, ip: "0.0.0.0" }] }),
  ],
  [
    "ports-on-loopback",
    "the second of two ports",
    "10.0.0.1:3",
    aContainer({
      ports: [
        { internal: 1, external: 2, ip: "127.0.0.1" },
        { internal: 1, external: 3, ip: "10.0.0.1" },
      ],
    }),
  ],
  [
    "ports-on-loopback",
    "a port that the Engine chooses",
    "any port",
    aContainer({ ports: [{ internal: 1 }] }),
  ],
  ["ports-on-loopback", "all ports", "publishAllPorts", aContainer({ publishAllPorts: true })],
  ["not-privileged", "a privileged container", "privileged", aContainer({ privileged: true })],
  [
    "not-privileged",
    "no seccomp",
    "seccomp=unconfined",
    aContainer({ securityOpts: ["seccomp=unconfined"] }),
  ],
  [
    "not-privileged",
    "no SELinux label",
    "label:disable",
    aContainer({ securityOpts: ["label:disable"] }),
  ],
  ["not-privileged", "a device", "/dev/kvm", aContainer({ devices: [{ hostPath: "/dev/kvm" }] })],
  ["no-host-namespaces", "the host's network", "networkMode", aContainer({ networkMode: "host" })],
  ["no-host-namespaces", "the host's processes", "pidMode", aContainer({ pidMode: "host" })],
  ["no-host-namespaces", "the host's shared memory", "ipcMode", aContainer({ ipcMode: "host" })],
  ["no-host-namespaces", "the host's users", "usernsMode", aContainer({ usernsMode: "host" })],
  [
    "no-host-namespaces",
    "the host's control groups",
    "cgroupnsMode",
    aContainer({ cgroupnsMode: "host" }),
  ],
  [
    "capabilities-within-allowed",
    "Docker's default capabilities",
    "not dropped",
    aContainer({ capabilities: undefined }),
  ],
  [
    "capabilities-within-allowed",
    "some dropped",
    "not dropped",
    aContainer({ capabilities: { drops: ["CAP_MKNOD"] } }),
  ],
  [
    "capabilities-within-allowed",
    "one too many",
    "CAP_SYS_ADMIN",
    aContainer({ capabilities: { drops: ["ALL"], adds: ["CAP_SYS_ADMIN"] } }),
  ],
  [
    "capabilities-within-allowed",
    "all of them",
    "ALL is not",
    aContainer({ capabilities: { drops: ["ALL"], adds: ["ALL"] } }),
  ],
  [
    "no-engine-socket",
    "the Engine's socket",
    "/var/run/docker.sock",
    aContainer({ volumes: [{ hostPath: "/var/run/docker.sock" }] }),
  ],
  [
    "no-engine-socket",
    "a user's own Engine's",
    "docker.sock",
    aContainer({ volumes: [{ hostPath: "/run/user/1000/docker.sock" }] }),
  ],
  [
    "no-engine-socket",
    "by mounts",
    "podman.sock",
    aContainer({ mounts: [{ type: "bind", source: "/run/podman/podman.sock" }] }),
  ],
  [
    "no-engine-socket",
    "under a detour",
    "/var/run/docker.sock",
    aContainer({ volumes: [{ hostPath: "/var/../var/run//docker.sock" }] }),
  ],
  ["no-broad-binds", "the root", "/ of this machine", aContainer({ volumes: [{ hostPath: "/" }] })],
  [
    "no-broad-binds",
    "the user's home",
    homedir(),
    aContainer({ volumes: [{ hostPath: `${homedir()}/` }] }),
  ],
  ["no-broad-binds", "all homes", "/home", aContainer({ volumes: [{ hostPath: "/home" }] })],
  [
    "no-broad-binds",
    "where the sockets are",
    "/var/run",
    aContainer({ volumes: [{ hostPath: "/var/run" }] }),
  ],
  [
    "no-broad-binds",
    "a part of the kernel's",
    "/proc/sys",
    aContainer({ mounts: [{ type: "bind", source: "/proc/sys" }] }),
  ],
];
