import { lstatSync } from "node:fs";

/**
 * Where a settings file is while git changes the tree that it is in. Beside its place: a rename keeps its inode, which
 * a running container has mounted.
 */
export function keptPath(path: string): string {
  return `${path}.kalisi-kept`;
}

/** A link that leads nowhere is the user's as well. */
export function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    // Where a folder of the path is none, or links lead in a circle, there is nothing.
    if (["ENOTDIR", "ELOOP"].includes(code)) return false;
    throw error;
  }
}
