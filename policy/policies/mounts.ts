import { homedir } from "node:os";
import { posix } from "node:path";
import type { ResourceValidationPolicy } from "@pulumi/policy";
import { containerType, objectsOf, ofType, type Props } from "./of-type";

export const noEngineSocket: ResourceValidationPolicy = {
  name: "no-engine-socket",
  description: "A container does not get the container engine's own socket.",
  enforcementLevel: "mandatory",
  validateResource: ofType(containerType, engineSockets),
};

export function engineSockets(props: Props): readonly string[] {
  return hostPathsOf(props)
    .filter((path) => /(docker|podman|containerd|crio)[\w.-]*\.sock$|docker_engine$/.test(path))
    .map(
      (path) =>
        `${path} is mounted: whoever has the Engine's socket is root on this machine. Remove the mount.`,
    );
}

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

/** @param home the home folder of who runs the preview */
export function broadBinds(props: Props, home: string): readonly string[] {
  return hostPathsOf(props)
    .filter((path) => isBroad(path, home))
    .map(
      (path) =>
        `${path} of this machine is mounted as a whole. Mount the file or the folder that is needed, read-only.`,
    );
}

function isBroad(path: string, home: string): boolean {
  return (
    isWithin(home, path) ||
    wholeFolders.some((folder) => isWithin(folder, path)) ||
    kernelFolders.some((folder) => isWithin(path, folder))
  );
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder === "/" ? "/" : `${folder}/`);
}

/** The paths of this machine that the container sees, however they are mounted. */
function hostPathsOf(props: Props): readonly string[] {
  const mounts = objectsOf(props["mounts"]).filter(({ type }) => type === "bind");
  return [
    ...objectsOf(props["volumes"]).map(({ hostPath }) => hostPath),
    ...mounts.map(({ source }) => source),
  ]
    .filter((path) => typeof path === "string" && path !== "")
    .map((path) => posix.normalize(String(path)).replace(/(?<=.)\/$/, ""));
}
