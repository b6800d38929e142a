import { realpathSync } from "node:fs";
import { join } from "node:path";
import { dubious, trustCommand } from "../../config/files/git";
import { UserError } from "../user-error";
import { withoutPassword } from "../../config/quote";
import { checkRemote, git, impatient } from "./git";
import { keepSettings } from "./keep-settings";
import { findLosses, isNothing, type Losses } from "./losses";

export interface SyncOptions {
  /** The clone, relative to the project's root. */
  readonly path: string;
  /** The branch that it follows. */
  readonly ref: string;
  /** Where it has to come from. @default wherever it does */
  readonly repository?: string | undefined;
  /** The user's settings files, relative to the clone: kept as they are, tracked or not. */
  readonly settings: readonly string[];
  /** Whether what is nowhere else is thrown away. */
  readonly discard: boolean;
}

export interface Synced {
  /** The commits before and after. */
  readonly from: string;
  readonly to: string;
  /** How many commits came in. */
  readonly commits: number;
  /** What was thrown away, as the user asked for. */
  readonly discarded: Losses;
  /** The settings files that the remote has another version of. */
  readonly kept: readonly string[];
}

/**
 * Brings a clone exactly to its remote's branch.
 *
 * @param root the project's root
 * @throws UserError, with everything as it was, where something would be lost and `discard` is not set
 */
export async function syncSource(root: string, options: SyncOptions): Promise<Synced> {
  const { path, ref, settings } = options;
  const clone = join(root, path);
  await checkRemote(options.repository ?? "", ref);
  await checkClone(clone, options);
  const remote = `origin/${ref}`;
  const before = await revision(clone, `refs/remotes/${remote}`);
  await fetchBranch(clone, options);
  const from = await revision(clone, "HEAD");
  const to = await revision(clone, `refs/remotes/${remote}`);
  if (from === undefined || to === undefined) {
    throw new UserError(
      "KALISI-SOURCE-NO-CLONE",
      `${path} has no commit yet: remove it, and npm start clones it again`,
    );
  }
  const losses = await findLosses(clone, to, before, settings);
  if (!options.discard && !isNothing(losses)) {
    throw new UserError("KALISI-SOURCE-LOSSES", refusal(path, remote, losses));
  }
  const isBehind = (await count(clone, "HEAD", to)) === 0;
  const commits = await count(clone, to, "HEAD");
  if (from !== to || losses.edits.length > 0) {
    await keepSettings(
      settings.map((file) => join(clone, file)),
      async () => {
        if (options.discard) {
          await git(["-C", clone, "reset", "--quiet", "--hard", to]);
          return;
        }
        // What the user has staged of them would stop the update.
        await unstage(clone, settings);
        // Git itself refuses to lose what was added in the meantime.
        await git(
          isBehind
            ? ["-C", clone, "merge", "--quiet", "--ff-only", "--no-overwrite-ignore", to]
            : ["-C", clone, "reset", "--quiet", "--keep", to],
        );
      },
    );
  }
  return { from, to, commits, discarded: losses, kept: await changedSettings(clone, settings) };
}

async function checkClone(clone: string, { path, ref, repository }: SyncOptions): Promise<void> {
  const top = await git(["-C", clone, "rev-parse", "--show-toplevel"]).catch((error: unknown) => {
    if ((error as Error).message.includes(dubious)) {
      throw new UserError(
        "KALISI-GIT-OWNER",
        `${path} was left as it is: it belongs to another user, and git refuses it for that (${dubious}).\nIf you trust what is in it: ${trustCommand(clone)}`,
      );
    }
    return "";
  });
  if (top === "" || realpathSync(top.trim()) !== realpathSync(clone)) {
    throw new UserError(
      "KALISI-SOURCE-NO-CLONE",
      `${path} is not a clone of a repository of its own: there is nothing to update it from`,
    );
  }
  const branch = await git(["-C", clone, "symbolic-ref", "--quiet", "--short", "HEAD"]).then(
    (answer) => answer.trim(),
    () => undefined,
  );
  if (branch !== ref) {
    throw new UserError(
      "KALISI-SOURCE-BRANCH",
      `${path} is on ${branch === undefined ? "no branch" : `branch ${branch}`}, and kalisi:source.ref is ${ref}.\nGo to it: git -C ${path} switch ${ref}`,
    );
  }
  const origin = await git(["-C", clone, "remote", "get-url", "origin"]).then(
    (answer) => answer.trim(),
    () => undefined,
  );
  if (origin === undefined || (repository !== undefined && origin !== repository)) {
    throw new UserError(
      "KALISI-SOURCE-ORIGIN",
      `${path} ${origin === undefined ? "has no remote origin" : `was cloned from ${withoutPassword(origin)}, and kalisi:source.repository is ${repository ?? ""}`}.\nSet it: git -C ${path} remote ${origin === undefined ? "add" : "set-url"} origin ${repository ?? "ADDRESS"}`,
    );
  }
}

async function fetchBranch(clone: string, { path, ref }: SyncOptions): Promise<void> {
  // Named in full: a clone of a single branch, or of another one, fetches no other by itself.
  const branch = `+refs/heads/${ref}:refs/remotes/origin/${ref}`;
  try {
    await git(
      ["-C", clone, ...impatient, "fetch", "--quiet", "--no-recurse-submodules", "origin", branch],
      `git fetch in ${path}`,
    );
  } catch (error) {
    throw new UserError(
      "KALISI-SOURCE-REMOTE",
      `${(error as Error).message}\n${path} was left as it is: branch ${ref} could not be fetched from its remote`,
    );
  }
}

/** Restores the index, not the files. */
async function unstage(clone: string, settings: readonly string[]): Promise<void> {
  for (const file of settings) {
    await git(["-C", clone, "reset", "--quiet", "--", `:(top,literal)${file}`]);
  }
}

async function changedSettings(
  clone: string,
  settings: readonly string[],
): Promise<readonly string[]> {
  const changed = await Promise.all(
    settings.map((file) =>
      git(["-C", clone, "diff", "--name-only", "HEAD", "--", `:(top,literal)${file}`]),
    ),
  );
  return settings.filter((_, at) => changed[at] !== "");
}

async function revision(clone: string, name: string): Promise<string | undefined> {
  return git(["-C", clone, "rev-parse", "--verify", "--quiet", `${name}^{commit}`]).then(
    (answer) => answer.trim(),
    () => undefined,
  );
}

/** How many commits one has that the other has not. */
async function count(clone: string, one: string, other: string): Promise<number> {
  return Number(await git(["-C", clone, "rev-list", "--count", one, `^${other}`, "--"]));
}

/** How many of each kind a refusal names. */
const named = 20;

function refusal(path: string, remote: string, losses: Losses): string {
  return [
    `${path} was left as it is. Bringing it to ${remote} would lose`,
    ...list("changes that are not committed:", losses.edits),
    ...list("files that git does not know, where the remote has its own:", losses.overwritten),
    ...list("commits that no remote has:", losses.commits),
    "Commit and push what you want to keep. To throw all of this away: npm run sync -- --discard",
  ].join("\n");
}

function list(title: string, items: readonly string[]): readonly string[] {
  const more = items.length - named;
  return items.length === 0
    ? []
    : [
        `  ${title}`,
        ...items.slice(0, named).map((item) => `    ${item}`),
        ...(more > 0 ? [`    and ${more} more`] : []),
      ];
}
