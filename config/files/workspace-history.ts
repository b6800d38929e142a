import { lstatSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { askGit } from "./git";

/**
 * The folder with the source tree's repository: the app root, or the clone whose folder `source` that is.
 *
 * @param root the project's root
 * @param appRoot relative to it
 * @returns undefined where there is none, or one that is elsewhere (a worktree): the build has it in neither case
 */
export function findRepository(root: string, appRoot: string): string | undefined {
  const above = dirname(appRoot);
  const folders = basename(appRoot) === "source" && above !== "." ? [appRoot, above] : [appRoot];
  return folders
    .map((folder) => join(root, folder))
    .find((folder) => lstatSync(join(folder, ".git"), { throwIfNoEntry: false })?.isDirectory());
}

/** Asks git about a clone, one of another user as well. Nothing that a clone's settings name is run by what is asked here. */
export function askClone(repository: string, ...args: readonly string[]): string | undefined {
  return askGit(repository, ["-c", "safe.directory=*", ...args]);
}

/**
 * What the build has to know of a repository beyond its objects, a fact per line: the commit, the branch, and where it comes
 * from. The repository's own settings stay on this machine, because a remote's address or a header may hold a password.
 * docker/rootfs/usr/local/lib/kalisi/build/tree.sh reads it.
 *
 * @returns undefined where git reads no commit there
 */
export function describeHistory(repository: string): string | undefined {
  const ask = (...args: readonly string[]) => askClone(repository, ...args)?.trim();
  const commit = ask("rev-parse", "--verify", "--quiet", "HEAD^{commit}");
  if (commit === undefined) {
    return undefined;
  }
  const remotes = (
    ask("config", "--local", "--null", "--get-regexp", String.raw`^remote\..*\.url$`) ?? ""
  )
    .split("\0")
    .map((entry) => entry.split("\n"))
    .flatMap(([key = "", value = ""]) => {
      const name = /^remote\.(\w[\w./-]*)\.url$/.exec(key)?.[1];
      const address = withoutCredentials(value);
      return name === undefined || address === undefined ? [] : [{ name, address }];
    })
    // Of several addresses of a remote, git fetches from the first.
    .filter(({ name }, at, all) => all.findIndex((other) => other.name === name) === at);
  const branch = ask("symbolic-ref", "--quiet", "HEAD");
  const facts = [
    `format ${ask("rev-parse", "--show-object-format") ?? "sha1"}`,
    `commit ${commit}`,
    ...(branch?.startsWith("refs/heads/") ? [`branch ${branch}`] : []),
    ...remotes.map(({ name, address }) => `remote ${name} ${address}`),
  ];
  const [remote, merge, upstream] = (
    ask(
      ...["for-each-ref", "--format=%(upstream:remotename) %(upstream:remoteref) %(upstream)"],
      branch ?? "HEAD",
    ) ?? ""
  ).split(" ");
  if (merge && upstream && remotes.some(({ name }) => name === remote)) {
    facts.push(`upstream ${remote} ${merge}`);
    // The commit from which the branch is ahead; not the remote's newest one, which changes with each fetch.
    const base = ask("merge-base", "HEAD", upstream);
    if (base !== undefined) facts.push(`base ${upstream} ${base}`);
  }
  return facts.join("\n");
}

/**
 * A remote's address as anybody may read it.
 *
 * @returns undefined for a folder of this machine, which a container does not have, and for all that may run a program
 */
function withoutCredentials(address: string): string | undefined {
  if (/^[\w.-]+@[\w.-]+:[^\s:]\S*$/.test(address)) {
    return address;
  }
  if (!/^(?:https?|ssh|git):\/\/\S+$/i.test(address) || !URL.canParse(address)) {
    return undefined;
  }
  const url = new URL(address);
  url.password = url.search = url.hash = "";
  if (url.protocol !== "ssh:") url.username = "";
  return url.href;
}
