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
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
