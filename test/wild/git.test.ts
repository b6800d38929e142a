import { execFileSync } from "node:child_process";
import { appendFileSync, chownSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { tryRows, type Place, type Row } from "../support/wild";

// Settings and repositories of users: https://git-scm.com/docs/git-config, https://git-scm.com/docs/git#_environment_variables,
// https://git-scm.com/docs/git-clone#Documentation/git-clone.txt---depthdepth

const tree = ({ clone }: Place) => join(clone.path, "source");

const git = (folder: string, ...args: readonly string[]) =>
  execFileSync("git", ["-C", folder, ...args], { encoding: "utf8", stdio: "pipe" });

/** A setting of the user's, in the home folder. */
const having = (text: string) => (place: Place) => {
  const file = join(place.home, ".gitconfig");
  writeFileSync(file, text);
  return () => {
    rmSync(file);
  };
};

const done = "source: at origin/main";

/** An update of the source tree goes as it goes without. */
const same = (given: string, row: Partial<Row>): Row => ({
  given,
  typed: "sync --stack wild",
  code: 0,
  last: done,
  ...row,
});

/** The source tree is not on the branch that is to be updated. */
const elsewhere = (given: string, switched: readonly string[], says: string): Row => ({
  given,
  put: (place) => {
    git(tree(place), "switch", "--quiet", ...switched);
    return () => {
      git(tree(place), "switch", "--quiet", "main");
    };
  },
  typed: "sync --stack wild",
  says,
  last: "git -C source switch main",
});

const env = { KALISI_SOURCE: "source" };

const rows: readonly Row[] = [
  same("nothing", {}),
  same("log.showSignature", { put: having("[log]\n\tshowSignature = true\n") }),
  same("color.ui = always", { put: having("[color]\n\tui = always\n") }),
  same("a pager that fails", { put: having("[core]\n\tpager = false\n") }),
  same("a file system monitor that fails", { put: having("[core]\n\tfsmonitor = /none\n") }),
  same("core.autocrlf", { put: having("[core]\n\tautocrlf = true\n") }),
  same("aliases of commands", { put: having("[alias]\n\tlog = !false\n\tstatus = !false\n") }),
  same("status.short and branch", { put: having("[status]\n\tshort = true\n\tbranch = true\n") }),
  same("GIT_DIR of a hook", { env: { ...env, GIT_DIR: "/nonexistent" } }),
  same("GIT_INDEX_FILE of a hook", { env: { ...env, GIT_INDEX_FILE: "/nonexistent" } }),
  {
    given: "a tree of another user's",
    put: (place) => {
      chownSync(tree(place), 65_534, 65_534);
      return () => {
        chownSync(tree(place), process.getuid?.() ?? 0, process.getgid?.() ?? 0);
      };
    },
    typed: "sync --stack wild",
    says: "dubious ownership",
    last: "git config --global --add safe.directory",
  },
  {
    given: "settings that git cannot read",
    put: having("[core\n"),
    typed: "sync --stack wild",
    says: "bad config",
    last: "Correct git's settings: git config --list",
  },
  {
    given: "an edit",
    put: (place) => {
      const file = join(tree(place), "Cargo.toml");
      const before = readFileSync(file);
      appendFileSync(file, "# mine\n");
      return () => {
        writeFileSync(file, before);
      };
    },
    typed: "sync --stack wild",
    says: "Cargo.toml",
    last: "npm run sync -- --discard",
  },
  elsewhere("another branch", ["--create", "mine"], "is on branch mine"),
  elsewhere("no branch", ["--detach"], "is on no branch"),
  {
    given: "a remote that is gone",
    put: (place) => {
      const address = git(tree(place), "remote", "get-url", "origin").trim();
      git(tree(place), "remote", "set-url", "origin", "/nonexistent/kalisi.git");
      return () => {
        git(tree(place), "remote", "set-url", "origin", address);
      };
    },
    typed: "sync --stack wild",
    says: "/nonexistent/kalisi.git",
    last: "source was left as it is",
  },
];

tryRows(
  rows.map((row) => ({ ...row, env: row.env ?? env })),
  async (place, environment) => {
    const { clone, home } = place;
    const remote = join(home, "remote");
    execFileSync("git", ["init", "--quiet", "--initial-branch=main", remote]);
    writeFileSync(join(remote, "Cargo.toml"), "[workspace]\n");
    git(remote, "add", ".");
    git(remote, "-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "--quiet", "-m", "one");
    execFileSync("git", ["clone", "--quiet", "--depth=1", `file://${remote}`, tree(place)]);
    await clone.sh("node cli/bootstrap.cjs pulumi stack init --no-select wild", environment);
  },
);
