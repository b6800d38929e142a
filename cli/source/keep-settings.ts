import { existsSync, lstatSync, renameSync } from "node:fs";
import { UserError } from "../user-error";

/** Beside the file: a rename keeps its inode, which a running container has mounted. */
const asideOf = (path: string) => `${path}.kalisi-kept`;

/**
 * Lets git change a tree without touching the user's settings files: they are moved out of its
 * way in the meantime, and replace whatever it puts there.
 *
 * @param paths the files, absolute; those that are not there are left out
 */
export async function keepSettings(
  paths: readonly string[],
  change: () => Promise<void>,
): Promise<void> {
  paths.forEach(restoreInterrupted);
  const kept = paths.filter(isThere);
  for (const path of kept) renameSync(path, asideOf(path));
  try {
    await change();
  } finally {
    for (const path of kept) renameSync(asideOf(path), path);
  }
}

/** Ends what a run that was killed has left behind. */
function restoreInterrupted(path: string): void {
  const aside = asideOf(path);
  if (!existsSync(aside)) {
    return;
  }
  if (isThere(path)) {
    throw new UserError(
      `An earlier update of the source tree was interrupted: your settings are in ${aside}, and ${path} is there, too.\nKeep one of them as ${path}, remove the other, and try again`,
    );
  }
  renameSync(aside, path);
}

/** A link that leads nowhere is the user's as well. */
function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
