import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** A real repository with its files, made and changed as its user would. */
export class TestRepository {
  constructor(readonly path: string) {}

  git(...args: readonly string[]): string {
    const who = ["-c", "user.name=t", "-c", "user.email=t@example.com"];
    // Nothing of this machine's own configuration, nor git's examples of hooks.
    const env = {
      PATH: process.env["PATH"],
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_TEMPLATE_DIR: "",
      HOME: this.path,
    };
    return execFileSync("git", ["-C", this.path, ...who, ...args], {
      encoding: "utf8",
      env,
      stdio: ["ignore", "pipe", "pipe"],
    }).trim();
  }

  write(files: Readonly<Record<string, string>>): void {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(this.path, path)), { recursive: true });
      writeFileSync(join(this.path, path), content);
    }
  }

  read(path: string): string {
    return readFileSync(join(this.path, path), "utf8");
  }

  remove(path: string): void {
    rmSync(join(this.path, path), { recursive: true });
  }

  /** Commits everything there is; the commit's hash. */
  commit(message: string, files: Readonly<Record<string, string>> = {}): string {
    this.write(files);
    this.git("add", "--all", "--force");
    this.git("commit", "--quiet", "--allow-empty", "--message", message);
    return this.head();
  }

  head(): string {
    return this.git("rev-parse", "HEAD");
  }

  /** Everything that git and the folder hold, to compare with later. */
  snapshot(): unknown {
    return {
      head: this.head(),
      index: this.git("ls-files", "--stage"),
      status: this.git("status", "--porcelain", "--ignored", "--untracked-files=all"),
      edits: this.git("diff"),
    };
  }
}
