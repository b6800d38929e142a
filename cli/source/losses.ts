import { lstatSync } from "node:fs";
import { dirname, join } from "node:path";
import { git, parts } from "./git";

/** What a clone holds and another commit would not. */
export interface Losses {
  /** Tracked files with changes that are not committed, with git's letters for each. */
  readonly edits: readonly string[];
  /** Files that git does not track, ignored or not, where the other commit has files of its own. */
  readonly overwritten: readonly string[];
  /** Commits that no branch of a remote has. */
  readonly commits: readonly string[];
}

/**
 * Finds what a clone would lose if it were brought to a commit.
 *
 * @param clone the clone's folder
 * @param target the commit
 * @param before where the remote's branch was before it was fetched: what it had was not made here
 * @param settings files that are kept whatever happens, relative to the clone
 */
export async function findLosses(
  clone: string,
  target: string,
  before: string | undefined,
  settings: readonly string[],
): Promise<Losses> {
  const status = ["status", "--porcelain", "-z", "--no-renames", "--untracked-files=no"];
  const others = settings.map((path) => `:(top,exclude,literal)${path}`);
  const known = ["--not", target, "--remotes", ...(before === undefined ? [] : [before])];
  return {
    edits: parts(await git(["-C", clone, ...status, "--", ".", ...others])),
    overwritten: await findOverwritten(clone, target, settings),
    commits: lines(await git(["-C", clone, "log", "--format=%h %s", "HEAD", ...known, "--"])),
  };
}

export function isNothing({ edits, overwritten, commits }: Losses): boolean {
  return edits.length + overwritten.length + commits.length === 0;
}

async function findOverwritten(
  clone: string,
  target: string,
  settings: readonly string[],
): Promise<readonly string[]> {
  const diff = ["diff", "--name-only", "-z", "--no-renames", "--diff-filter=A", "HEAD", target];
  const added = parts(await git(["-C", clone, ...diff, "--"]));
  const inTheWay = new Set(
    added.flatMap((path) => [
      ...(kindOf(clone, path) === "none" ? [] : [path]),
      ...foldersOf(path).filter((folder) => kindOf(clone, folder) === "file"),
    ]),
  );
  for (const path of settings) inTheWay.delete(path);
  if (inTheWay.size === 0) {
    return [];
  }
  const paths = [...inTheWay].map((path) => `:(top,literal)${path}`);
  return parts(await git(["-C", clone, "ls-files", "--others", "-z", "--", ...paths]));
}

function kindOf(clone: string, path: string): "none" | "file" | "folder" {
  try {
    return lstatSync(join(clone, path)).isDirectory() ? "folder" : "file";
  } catch (error) {
    // ENOTDIR: a folder above it is a file.
    if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) {
      return "none";
    }
    throw error;
  }
}

function foldersOf(path: string): readonly string[] {
  const folder = dirname(path);
  return folder === "." ? [] : [folder, ...foldersOf(folder)];
}

function lines(text: string): readonly string[] {
  return text.split("\n").filter((line) => line !== "");
}
