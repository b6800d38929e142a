import { execFileSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { writeText } from "./files";

/** A real repository with its files, made and changed as its user would. */
export class TestRepository {
  constructor(readonly path: string) {}

  git(...args: readonly string[]): string {
    return this.gitWith({}, ...args);
  }

  private gitWith(more: NodeJS.ProcessEnv, ...args: readonly string[]): string {
    const who = ["-c", "user.name=t", "-c", "user.email=t@example.com"];
    // Nothing of this machine's own configuration, nor git's examples of hooks.
    const env = {
      PATH: process.env["PATH"],
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_TEMPLATE_DIR: "",
      HOME: this.path,
      ...more,
    };
    return execFileSync("git", ["-C", this.path, ...who, ...args], {
      encoding: "utf8",
      env,
      stdio: ["ignore", "pipe", "pipe"],
    }).trim();
  }

  write(files: Readonly<Record<string, string>>): void {
    for (const [path, content] of Object.entries(files)) {
      writeText(join(this.path, path), content);
    }
  }

  read(path: string): string {
    return readFileSync(join(this.path, path), "utf8");
  }

  remove(path: string): void {
    rmSync(join(this.path, path), { recursive: true });
  }

  /**
   * Commits everything there is, what is ignored too; the commit's hash.
   *
   * @param date in git's own form @default now
   */
  commit(message: string, files: Readonly<Record<string, string>> = {}, date?: string): string {
    this.write(files);
    this.git("add", "--all", "--force");
    const dates = date === undefined ? {} : { GIT_COMMITTER_DATE: date, GIT_AUTHOR_DATE: date };
    this.gitWith(dates, "commit", "--quiet", "--allow-empty", "--message", message);
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
