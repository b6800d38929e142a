import { existsSync, realpathSync, statSync } from "node:fs";
import { posix } from "node:path";
import { objectsOf, type Props } from "./of-type";

/** A path of this machine that a container sees. */
export interface HostPath {
  /** As it was declared, without detours. */
  readonly path: string;
  /** Where it leads by symbolic links; the path itself where it is not there. */
  readonly target: string;
}

/** The paths of this machine that the container sees, however they are mounted. */
export function hostPathsOf(props: Props): readonly HostPath[] {
  return [
    ...objectsOf(props["volumes"]).map(({ hostPath }) => hostPath),
    ...bindsOf(props).map(({ source }) => source),
  ]
    .filter((path) => typeof path === "string" && path !== "")
    .map((given) => {
      const path = posix.normalize(String(given)).replace(/(?<=.)\/$/, "");
      return { path, target: targetOf(path) };
    });
}

/** The mounts that are files or folders of this machine. */
export function bindsOf(props: Props): readonly Props[] {
  return objectsOf(props["mounts"]).filter(({ type }) => type === "bind");
}

export function isSocket(path: string): boolean {
  return existsSync(path) && statSync(path).isSocket();
}

function targetOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
