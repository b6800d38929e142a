import { homedir } from "node:os";
import { aBind, aContainer, aVolume, notLookedFor, type Refused } from "../policy-stack";

/** What would give a container files that are not its own, or keep its data elsewhere. */
export const mounts: readonly Refused[] = [
  [
    "no-engine-socket",
    "the Engine's socket",
    "/var/run/docker.sock",
    aBind("/var/run/docker.sock"),
    notLookedFor,
  ],
  [
    "no-engine-socket",
    "a user's own Engine's",
    "docker.sock",
    aBind("/run/user/1000/docker.sock"),
    notLookedFor,
  ],
  [
    "no-engine-socket",
    "another Engine's",
    "podman.sock",
    aBind("/run/podman/podman.sock"),
    notLookedFor,
  ],
  [
    "no-engine-socket",
    "under a detour",
    "/var/run/docker.sock",
    aBind("/var/../var/run//docker.sock"),
    notLookedFor,
  ],
  ["no-broad-binds", "the root", "/ of this machine", aBind("/")],
  ["no-broad-binds", "the user's home", homedir(), aBind(`${homedir()}/`)],
  ["no-broad-binds", "all homes", "/home", aBind("/home"), notLookedFor],
  ["no-broad-binds", "where the sockets are", "/var/run", aBind("/var/run")],
  ["no-broad-binds", "a user's sockets", "/run/user/7", aBind("/run/user/7"), notLookedFor],
  ["no-broad-binds", "a part of the kernel's", "/proc/sys", aBind("/proc/sys"), notLookedFor],
  [
    "binds-as-mounts",
    "a file of this machine among the volumes",
    `{ type: "bind", source: "/srv/a", target: "/b", readOnly: true }`,
    aContainer({ volumes: [{ hostPath: "/srv/a", containerPath: "/b" }] }),
  ],
  [
    "binds-as-mounts",
    "all that another container has",
    "all that other has mounted",
    aContainer({ volumes: [{ fromContainer: "other" }] }),
  ],
  ["bind-sources-exist", "a missing file", "/nonexistent/a", aBind("/nonexistent/a")],
  ["bind-sources-exist", "a path from somewhere", "test", aBind("test")],
  [
    "bind-sources-exist",
    "no path",
    "without a source",
    aContainer({ mounts: [{ type: "bind", target: "/b" }] }),
  ],
  ["volumes-local", "another driver", "driver is rclone", aVolume(true, { driver: "rclone" })],
  [
    "volumes-local",
    "a folder of this machine",
    "option device is /srv",
    aVolume(true, { driver: "local", driverOpts: { device: "/srv" } }),
  ],
  [
    "volumes-local",
    "a bind by its type",
    "option o is bind",
    aVolume(true, { driverOpts: { o: "bind" } }),
  ],
  ["volumes-local", "memory", "type is tmpfs", aVolume(true, { driverOpts: { type: "tmpfs" } })],
  ["volumes-local", "a cluster's", "Remove cluster", aVolume(true, { cluster: {} })],
  [
    "volumes-local",
    "a volume that the mount describes",
    "The mount at /b: its option device is /srv",
    aContainer({
      mounts: [
        { type: "volume", target: "/b", volumeOptions: { driverOptions: { device: "/srv" } } },
      ],
    }),
  ],
];
