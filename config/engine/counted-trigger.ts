import { readFileSync } from "node:fs";
import { join } from "node:path";
import { localFolder } from "../local-folder";
import { replaceFile } from "../replace-file";

/**
 * Counts how often something happened to a stack that the provider does not see. As a trigger of a resource,
 * the count changes when it happens and then stays, so that two previews of the same thing agree.
 *
 * @param root the project's root
 * @param what a name of the count
 * @param happened whether it has happened again
 * @param record whether to remember that: what a preview finds, only the update will fix
 */
export function countedTrigger(
  root: string,
  what: string,
  stack: string,
  happened: boolean,
  record: boolean,
): number {
  const path = join(localFolder(root), what, stack);
  const count = read(path) + (happened ? 1 : 0);
  if (happened && record) {
    replaceFile(path, `${count}\n`);
  }
  return count;
}

/** A count that is lost or damaged starts again. */
function read(path: string): number {
  try {
    return Number.parseInt(readFileSync(path, "utf8"), 10) || 0;
  } catch {
    return 0;
  }
}
