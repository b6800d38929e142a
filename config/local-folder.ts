import { join } from "node:path";

/** The folder of everything that is local to this machine, ignored by git. */
export function localFolder(root: string): string {
  return join(root, ".kalisi");
}

/** The file of the machine profile. */
export function profilePath(root: string): string {
  return join(localFolder(root), "machine.json");
}
