// The source tree's git repository in the workspace, and how it follows the image's. Its branch moves only
// if the image's history contains all of the user's. Otherwise the image's history is fetched to
// refs/kalisi/template, for the user to merge.
import { copyFileSync, cpSync, existsSync, lstatSync, rmSync } from "node:fs";
import { join } from "node:path";
import { gitIn } from "./git.mjs";
import { moveIntoPlace } from "../record.mjs";

const THEIRS = "refs/kalisi/template";
const UNFINISHED = [
  "MERGE_HEAD",
  "CHERRY_PICK_HEAD",
  "REVERT_HEAD",
  "rebase-merge",
  "rebase-apply",
];

/**
 * @returns follows: whether files below source/ should be compared; moves: whether git moves with them,
 *   all or nothing; tracked and isClean: what git knows not to be the user's uncommitted work; held: why
 *   everything stays as it is; finish: must be called last, returns what to remember.
 */
export function openRepository({ template, workspace, wanted, state }) {
  const source = join(workspace, "source");
  const { commit: theirs, branch: theirBranch } = wanted;
  const known = { commit: state.commit, branch: state.branch };
  const plain = {
    follows: true,
    moves: false,
    tracked: [],
    isClean: () => false,
    finish: () => known,
  };
  if (theirs === undefined) return plain;
  const reached = { commit: theirs, branch: theirBranch };
  const hideMissing = (git) => hide(git, source, theirs, wanted.files);

  if (!existsSync(join(source, ".git"))) {
    // The user has removed it, unless no image ever brought one.
    if (state.commit !== undefined) return plain;
    return { ...plain, finish: () => (seed(template, source, hideMissing), reached) };
  }

  const repository = { ...plain, finish: () => known };
  const git = gitIn(source);
  let facts;
  try {
    facts = look(git, join(template, "source/.git"), theirs);
  } catch (error) {
    const held = `git fails on it (${error.message}); repair it, or move its .git away`;
    return { ...repository, follows: false, held };
  }
  const { ours, branch, gitFolder, short, dirty, tracked } = facts;
  const contains = (one, other) => git.test("merge-base", "--is-ancestor", other, one);
  repository.tracked = [...tracked].map((path) => `source/${path}`);
  repository.isClean = (path, have) => {
    const inside = path.slice("source/".length);
    return have !== undefined && tracked.has(inside) && !dirty.has(inside);
  };
  const hold = (why) => {
    const how = contains(ours, theirs) ? "reset --keep" : "merge";
    repository.held = `${why}; the image's is ${short}. To take it over: cd ${source} && git ${how} ${THEIRS}`;
    repository.follows = false;
    repository.finish = () => known;
  };
  repository.hold = (paths) => {
    const names = paths.slice(0, 3).map((path) => path.slice("source/".length));
    const more = paths.length > 3 ? ", ..." : "";
    rmSync(index, { force: true });
    hold(
      `${count(paths.length, "file")} changed by you and by the image (${names.join(", ")}${more})`,
    );
  };
  // An index of its own, because git locks the real one. Staged changes are carried along, or this fails.
  const index = join(gitFolder, "index.kalisi");
  const beside = gitIn(source, { GIT_INDEX_FILE: index });

  if (ours === theirs) return { ...repository, finish: () => reached };
  // The user has merged it, or was ahead of it anyway. Where the user has added nothing, an older image brings it back.
  if (ours !== state.commit && contains(ours, theirs))
    return { ...repository, follows: false, finish: () => reached };

  const unfinished = UNFINISHED.find((name) => existsSync(join(gitFolder, name)));
  const target = theirBranch ?? branch;
  if (ours !== state.commit && !contains(theirs, ours)) {
    const commits = Number(git("rev-list", "--count", `${theirs}..${ours}`));
    hold(
      [
        count(commits, "commit"),
        ...(dirty.size > 0 ? [count(dirty.size, "changed file")] : []),
      ].join(" and ") + " of yours",
    );
  } else if (unfinished !== undefined) {
    hold(`an unfinished merge or rebase of yours (${unfinished})`);
  } else if (branch !== state.branch && branch !== theirBranch) {
    hold(`you are on ${branch?.replace("refs/heads/", "branch ") ?? "no branch"}`);
  } else if (
    target !== branch &&
    git.test("show-ref", "--verify", "--quiet", target) &&
    !contains(theirs, target)
  ) {
    hold(
      `the image is on ${target.replace("refs/heads/", "branch ")}, where you have commits of your own`,
    );
  } else {
    try {
      rmSync(index, { force: true });
      if (existsSync(join(gitFolder, "index"))) copyFileSync(join(gitFolder, "index"), index);
      // The files are compared elsewhere, hence -i.
      beside("read-tree", "-m", "-i", ours, theirs);
    } catch {
      hold(`${count(dirty.size, "changed file")} of yours, staged`);
      return repository;
    }
    repository.moves = true;
    repository.finish = () => {
      hideMissing(beside);
      moveIntoPlace(index, join(gitFolder, "index"));
      const message = ["-m", "kalisi: brought up to the image"];
      if (target === undefined) git("update-ref", "--no-deref", ...message, "HEAD", theirs, ours);
      else git("update-ref", ...message, target, theirs);
      if (target !== branch) git("symbolic-ref", ...message, "HEAD", target);
      return reached;
    };
  }
  return repository;
}

/** Fetches the image's history, and reads which commit the user's repository is at. */
function look(git, history, theirs) {
  git(
    ...["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules"],
    ...["--update-shallow", history, `+HEAD:${THEIRS}`],
  );
  const ours = git("rev-parse", "--verify", "HEAD^{commit}");
  return {
    ours,
    branch: git.maybe("symbolic-ref", "--quiet", "HEAD"),
    gitFolder: git("rev-parse", "--absolute-git-dir"),
    short: git("rev-parse", "--short", theirs),
    dirty: new Set(git.list("diff", "--name-only", "--no-renames", "-z", "HEAD")),
    tracked: new Set(git.list("ls-tree", "-r", "-z", "--name-only", "--full-tree", ours)),
  };
}

const count = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;

/** Made next to its place first: an incomplete repository must never look like a complete one. */
function seed(template, source, hideMissing) {
  const beside = join(source, ".git.kalisi-new");
  rmSync(beside, { recursive: true, force: true });
  cpSync(join(template, "source/.git"), beside, { recursive: true, verbatimSymlinks: true });
  const git = gitIn(source, { GIT_DIR: beside, GIT_WORK_TREE: source });
  git("read-tree", "HEAD");
  hideMissing(git);
  git("update-ref", THEIRS, "HEAD");
  git.maybe("update-index", "-q", "--refresh");
  moveIntoPlace(beside, join(source, ".git"));
}

/** Tracked files that never enter an image (settings, keys, built files) have not been deleted by the user. */
function hide(git, source, commit, files) {
  const missing = git
    .list("ls-tree", "-r", "-z", "--name-only", "--full-tree", commit)
    .filter((path) => files[`source/${path}`] === undefined)
    .filter((path) => lstatSync(join(source, path), { throwIfNoEntry: false }) === undefined);
  if (missing.length > 0) {
    git.feed(missing.join("\0"), "update-index", "--skip-worktree", "-z", "--stdin");
  }
}
