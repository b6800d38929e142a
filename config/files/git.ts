import { execFileSync, spawnSync } from "node:child_process";
import { quoted } from "../quote";

/**
 * Options that keep a user's git settings out of what git answers: a signature's check before a commit's name,
 * colours, columns, files that are not listed, a program that is run on every question.
 */
const neutralOptions: readonly string[] = Object.entries({
  "log.showSignature": "false",
  "log.showRoot": "true",
  "log.follow": "false",
  "color.ui": "false",
  "column.ui": "never",
  "core.quotePath": "false",
  "core.fsmonitor": "false",
  "status.showUntrackedFiles": "normal",
  "status.relativePaths": "true",
  "status.branch": "false",
  "status.short": "false",
  "status.showStash": "false",
  "diff.noprefix": "false",
}).flatMap(([key, value]) => ["-c", `${key}=${value}`]);

/** What a git hook sets, and what would override the folder that a command is given. */
const repositoryVariables = [
  "GIT_DIR",
  "GIT_WORK_TREE",
  "GIT_INDEX_FILE",
  "GIT_OBJECT_DIRECTORY",
  "GIT_COMMON_DIR",
  "GIT_NAMESPACE",
  "GIT_PREFIX",
];

/** What to start git with. */
export interface GitCall {
  readonly args: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
}

/**
 * How git is run here: it answers the same whatever its user has set, works on the folder that it is given, and
 * does not prompt. Where it would ask for a password, it fails.
 *
 * @param keepsVariable which of git's own variables are passed on; all others are, such as PATH
 */
export function gitCall(
  args: readonly string[],
  keepsVariable: (name: string) => boolean = (name) => !repositoryVariables.includes(name),
): GitCall {
  const kept = Object.entries(process.env).filter(
    ([name]) => !name.startsWith("GIT_") || keepsVariable(name),
  );
  return {
    args: [...neutralOptions, ...args],
    environment: { ...Object.fromEntries(kept), GIT_TERMINAL_PROMPT: "0", LC_ALL: "C" },
  };
}

/**
 * Asks git about a repository on this machine. None of the user's variables for git is passed on.
 *
 * @returns undefined where git is not installed or fails
 */
export function askGit(folder: string, args: readonly string[]): string | undefined {
  const call = gitCall(["-C", folder, ...args], () => false);
  try {
    return execFileSync("git", call.args, {
      env: call.environment,
      encoding: "utf8",
      // The names of all files, or of all that there ever were, are more than Node's one megabyte.
      maxBuffer: 1 << 28,
      stdio: ["ignore", "pipe", "ignore"],
    });
  } catch {
    return undefined;
  }
}

/** What git says of a repository of another user's: https://git-scm.com/docs/git-config#Documentation/git-config.txt-safedirectory */
export const dubious = "dubious ownership";

/** What lets git use such a repository. */
export function trustCommand(folder: string): string {
  return `git config --global --add safe.directory ${quoted(folder)}`;
}

/** Whether git refuses a folder's repository because it is another user's. */
export function isForeign(folder: string): boolean {
  const { args, environment } = gitCall(["-C", folder, "rev-parse", "--git-dir"], () => false);
  return spawnSync("git", args, { env: environment, encoding: "utf8" }).stderr.includes(dubious);
}
