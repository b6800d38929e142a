import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Problem } from "../errors";
import { copies } from "./secret-names";
import { askGit, dubious, isForeign, trustCommand } from "./git";

/** What an image is built from, as git knows it. */
export interface BuiltFrom {
  /** The last commit that touched what the image is built from; with `-dirty` where edits are not committed. */
  readonly revision: string;
  /** That commit's date, not the build's: the same files give the same image, whenever it is built. */
  readonly created: string;
  /** The source tree's own commit where it is a clone of its own; undefined where that is too shallow to know. */
  readonly sourceRevision: string | undefined;
}

/**
 * No settings file gets into the image, so an edited one, tracked or not, makes no difference to it; nor does what an editor
 * leaves beside a file.
 */
const withoutOthers = [".env", ...copies].map((name) => `:(exclude,glob,icase)**/${name}`);

/** The image's own files, less what only checks them: the hidden ones. */
const imageFiles = ["docker", ":(exclude,glob)docker/.*"];

/**
 * Asks git what the image is built from. A commit that touches neither the image's own files nor the source
 * tree gives the same answer as the one before, so that it replaces no container.
 *
 * @param root the project's root
 * @param sourcePath the source tree, relative to the root
 * @returns undefined where git is not installed, the project is not in a repository, or a shallow clone of it has too
 * little of the history
 */
export function readRevision(root: string, sourcePath: string): BuiltFrom | undefined {
  const own = lastCommit(root, [...imageFiles, sourcePath]);
  if (own === undefined) {
    return undefined;
  }
  const source = existsSync(join(root, sourcePath, ".git"))
    ? lastCommit(join(root, sourcePath), ["."])
    : own;
  return { ...own, sourceRevision: source?.revision };
}

/**
 * Finds repositories that git refuses as another user's: what an image is built from would seem to be another revision.
 *
 * @param root the project's root
 * @param sourcePath the source tree, relative to the root
 */
export function ownershipProblems(root: string, sourcePath: string): readonly Problem[] {
  return [root, join(root, sourcePath)]
    .filter((folder) => existsSync(join(folder, ".git")) && isForeign(folder))
    .map((folder) => ({
      code: "KALISI-GIT-OWNER",
      setting: join(folder, ".git"),
      problem: `belongs to another user, and git refuses it for that (${dubious})`,
      fix: `if you trust what is in it: ${trustCommand(folder)}`,
    }));
}

/** Of a whole tree the newest commit is the one that touched it, unless it is a merge, or one without a change. */
function isCutOff(folder: string, commit: string, paths: readonly string[]): boolean {
  if (askGit(folder, ["rev-parse", "--is-shallow-repository"])?.trim() !== "true") {
    return false;
  }
  const parents = askGit(folder, ["cat-file", "commit", commit])?.match(/^parent /gm) ?? [];
  return paths.join() !== "." || parents.length > 1;
}

function lastCommit(folder: string, paths: readonly string[]) {
  const found = askGit(folder, ["log", "-1", "--format=%H %cI %P", "--", ...paths]);
  const [commit, created, parent] = found?.trim().split(" ") ?? [];
  if (commit === undefined || created === undefined) {
    return undefined;
  }
  // Where a shallow clone is cut off, git takes all files for new: an earlier commit may be the one that touched them.
  if (parent === undefined && isCutOff(folder, commit, paths)) {
    return undefined;
  }
  const edits = askGit(folder, ["status", "--porcelain", "--", ...paths, ...withoutOthers]);
  return { revision: edits === "" ? commit : `${commit}-dirty`, created };
}
