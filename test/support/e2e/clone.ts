import { execFileSync, spawn } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const root = join(__dirname, "..", "..", "..");

/** How a command ended. */
export interface Ended {
  readonly code: number;
  readonly output: string;
}

/** A fresh clone of this project in an empty directory, as its next user has it. */
export interface Clone {
  readonly path: string;
  /** Runs a shell line in it; its output is shown as it comes, too. */
  readonly sh: (line: string, env?: Readonly<Record<string, string>>) => Promise<Ended>;
  /** The same, with Ctrl-C pressed as soon as the output has a match, or another signal to all that is run, or a call. */
  readonly interrupt: (
    line: string,
    when: RegExp,
    env?: Readonly<Record<string, string>>,
    signal?: NodeJS.Signals | (() => void),
  ) => Promise<Ended>;
  /** What git sees that is not committed. */
  readonly status: () => string;
  readonly remove: () => void;
}

/**
 * Clones the project as it stands in the working tree: what is edited here comes along.
 *
 * @param packages whether it has the tree's packages, as links, or is to install its own
 */
export function makeClone(packages: "linked" | "none" = "linked"): Clone {
  const path = join(mkdtempSync(join(tmpdir(), "kalisi-e2e-")), "kalisi");
  execFileSync("git", ["clone", "--quiet", root, path]);
  const changed = git(root, "ls-files", "-z", "--modified", "--others", "--exclude-standard");
  const deleted = new Set(git(root, "ls-files", "-z", "--deleted"));
  for (const file of changed) {
    const target = join(path, file);
    mkdirSync(dirname(target), { recursive: true });
    if (deleted.has(file)) {
      rmSync(target, { force: true });
    } else {
      copyFileSync(join(root, file), target);
    }
  }
  if (packages === "linked") linkPackages(path);
  return {
    path,
    sh: (line, env = {}) => shell(path, line, env),
    interrupt: (line, when, env = {}, signal) => shell(path, line, env, when, signal),
    status: () => execFileSync("git", ["status", "--porcelain"], { cwd: path, encoding: "utf8" }),
    remove: () => {
      rmSync(dirname(path), { recursive: true, force: true });
    },
  };
}

/** To install them takes half a minute; where they cannot be linked, the clone's first command does. */
function linkPackages(path: string): void {
  const target = join(path, "node_modules");
  try {
    execFileSync("cp", ["--archive", "--link", join(root, "node_modules"), target], {
      stdio: "ignore",
    });
    rmSync(join(target, ".cache"), { recursive: true, force: true });
  } catch {
    rmSync(target, { recursive: true, force: true });
  }
}

function git(cwd: string, ...args: readonly string[]): readonly string[] {
  return execFileSync("git", args, { cwd, encoding: "utf8" }).split("\0").filter(Boolean);
}

function shell(
  cwd: string,
  line: string,
  env: Readonly<Record<string, string>>,
  interruptWhen?: RegExp,
  signal: NodeJS.Signals | (() => void) = "SIGINT",
): Promise<Ended> {
  process.stdout.write(`$ ${line}\n`);
  return new Promise((resolve, reject) => {
    const child = spawn("sh", ["-c", line], {
      cwd,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
      // A terminal's Ctrl-C goes to all that it started, and this test must not be among them.
      detached: interruptWhen !== undefined,
    });
    let output = "";
    let interrupted = false;
    const take = (text: string) => {
      output += text;
      process.stdout.write(text);
      if (interruptWhen?.test(output) === true && !interrupted && child.pid !== undefined) {
        interrupted = true;
        if (typeof signal === "function") {
          signal();
          return;
        }
        process.stdout.write(signal === "SIGINT" ? "^C\n" : `${signal}\n`);
        process.kill(-child.pid, signal);
      }
    };
    child.stdout.setEncoding("utf8").on("data", take);
    child.stderr.setEncoding("utf8").on("data", take);
    child.once("error", reject);
    child.once("close", (code) => {
      resolve({ code: code ?? -1, output });
    });
  });
}

/** A new key pair of the test's own; returns the private key's path. */
export function makeKeyPair(folder: string, name: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, name);
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", path]);
  return path;
}
