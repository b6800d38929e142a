import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { posix } from "node:path";
import type { ResourceValidationPolicy } from "@pulumi/policy";
import { bindsOf, hostPathsOf, isSocket, type HostPath } from "./host-paths";
import { containerType, objectsOf, ofType, shown, type Props } from "./of-type";

export const noEngineSocket: ResourceValidationPolicy = {
  name: "no-engine-socket",
  description: "A container gets no socket of this machine, the container engine's least of all.",
  enforcementLevel: "mandatory",
  validateResource: ofType(containerType, sockets),
};

export function sockets(props: Props): readonly string[] {
  return hostPathsOf(props).flatMap((hostPath) => {
    const { path, target } = hostPath;
    if ([path, target].some((each) => engineSocket.test(each))) {
      return [
        `${named(hostPath)} is mounted: whoever has the Engine's socket is root on this machine. Remove the mount.`,
      ];
    }
    return isSocket(target)
      ? [
          `${named(hostPath)} is a socket of this machine: whatever answers there would take orders from the container. Remove the mount.`,
        ]
      : [];
  });
}

const engineSocket = /(docker|podman|containerd|crio)[\w.-]*\.sock$|docker_engine$/;

export const noBroadBinds: ResourceValidationPolicy = {
  name: "no-broad-binds",
  description: "A container gets single files and folders, not this machine's or a user's own.",
  enforcementLevel: "mandatory",
  validateResource: ofType(containerType, (props) => broadBinds(props, homedir())),
};

/** A folder of these holds everything of this machine or of a user; the Engine's socket is in two of them. */
const wholeFolders = [
  ...["/bin", "/boot", "/etc", "/home", "/lib", "/opt", "/root", "/run", "/sbin", "/srv", "/usr"],
  ...["/Users", "/var", "/var/lib", "/var/lib/docker", "/var/run"],
];
/** Not even a part of these: they are the kernel's. */
const kernelFolders = ["/dev", "/proc", "/sys"];
/** A user's own sockets. */
const userSockets = /^(?:\/var)?\/run\/user(?:\/\d+)?$/;

/** @param home the home folder of who runs the preview */
export function broadBinds(props: Props, home: string): readonly string[] {
  return hostPathsOf(props)
    .filter(({ path, target }) => isBroad(path, home) || isBroad(target, home))
    .map(
      (hostPath) =>
        `${named(hostPath)} of this machine is mounted as a whole. Mount the file or the folder that is needed, read-only.`,
    );
}

function isBroad(path: string, home: string): boolean {
  return (
    isWithin(home, path) ||
    wholeFolders.some((folder) => isWithin(folder, path)) ||
    kernelFolders.some((folder) => isWithin(path, folder)) ||
    userSockets.test(path)
  );
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder === "/" ? "/" : `${folder}/`);
}

function named({ path, target }: HostPath): string {
  return path === target ? path : `${path} (${target})`;
}

/** Of a `volumes` entry for a file that is not there, the Engine makes a folder, and starts the container with it. */
export const bindsAsMounts: ResourceValidationPolicy = {
  name: "binds-as-mounts",
  description:
    "`volumes` of a container name volumes; what it gets of this machine is in `mounts`.",
  enforcementLevel: "mandatory",
  validateResource: ofType(containerType, otherVolumes),
};

export function otherVolumes(props: Props): readonly string[] {
  return objectsOf(props["volumes"]).flatMap(({ hostPath, fromContainer, containerPath }) => [
    ...(isUnset(hostPath)
      ? []
      : [
          `${shown(hostPath, "A path")} is among the volumes: where it is missing, the Engine makes a folder of that name. Move it to mounts: { type: "bind", source: "${shown(hostPath, "...")}", target: "${shown(containerPath, "...")}", readOnly: true }.`,
        ]),
    ...(isUnset(fromContainer)
      ? []
      : [
          `It takes all that ${shown(fromContainer, "another container")} has mounted, whatever that is. Name the volumes instead of fromContainer.`,
        ]),
  ]);
}

/** The provider takes an empty text for none. */
function isUnset(input: unknown): boolean {
  return input === undefined || input === "";
}

export const bindSourcesExist: ResourceValidationPolicy = {
  name: "bind-sources-exist",
  description: "What a container gets of this machine is there when the plan is made.",
  enforcementLevel: "mandatory",
  validateResource: ofType(containerType, missingSources),
};

export function missingSources(props: Props): readonly string[] {
  return bindsOf(props).flatMap(({ source }) =>
    typeof source === "string" && posix.isAbsolute(source) && existsSync(source)
      ? []
      : [
          `${shown(source, "A bind without a source")} is mounted, but is no file or folder of this machine. Make it, or name one that is there, by its absolute path.`,
        ],
  );
}
