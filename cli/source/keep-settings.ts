import { renameSync } from "node:fs";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import { isThere, keptPath } from "../../config/files/kept-settings";
import { flushFolder, moveIntoPlace } from "../../config/replace-file";
import { UserError } from "../user-error";

/**
 * Where a tree may have its `.env`, and a configured settings file that is in the tree; relative to the tree.
 *
 * @param path of the tree, relative to the project's root
 */
export function settingsFiles(
  root: string,
  path: string,
  envFile: string | undefined,
): readonly string[] {
  const configured = relative(join(root, path), resolve(root, envFile ?? "."));
  const isInside = envFile !== undefined && !configured.startsWith("..") && !isAbsolute(configured);
  return [...new Set([".env", join("source", ".env"), ...(isInside ? [configured] : [])])];
}

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
  restoreKept(paths);
  const kept = paths.filter(isThere);
  for (const path of kept) {
    renameSync(path, keptPath(path));
    flushFolder(dirname(path));
  }
  try {
    await change();
  } finally {
    for (const path of kept) moveIntoPlace(keptPath(path), path);
  }
}

/**
 * Puts the settings files back that a run which was killed has left out of git's way.
 *
 * @param paths where they belong, absolute
 * @returns those that were put back
 * @throws UserError where git has put another one in the place of such a file
 */
export function restoreKept(paths: readonly string[]): readonly string[] {
  const left = paths.filter((path) => isThere(keptPath(path)));
  for (const path of left) {
    if (isThere(path)) {
      throw new UserError(
        "KALISI-SOURCE-INTERRUPTED",
        `An earlier update of the source tree was interrupted: your settings are in ${keptPath(path)}, and ${path} is there, too.\nKeep one of them as ${path}, remove the other, and try again`,
      );
    }
  }
  for (const path of left) moveIntoPlace(keptPath(path), path);
  return left;
}
