import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isObject } from "../../../airgap/plugins/values";
import { docker } from "../e2e/probe";
import { writeText } from "../files";
import { buildContext, copyBuildFiles, copySources } from "./build-context";
import { declaredImage, historyOf, root } from "./declared";

/** Where the suite's own image has its source tree: what was compiled for that one serves here. */
const appRoot = "examples/source";

/** A clone of its own, with a project around it, which images are built from as a user's are. */
export class SourceImages {
  private readonly folder = mkdtempSync(join(tmpdir(), "kalisi-sources-"));
  private readonly tags: string[] = [];

  constructor() {
    copyBuildFiles(this.folder);
    copySources(join(root, appRoot), join(this.folder, appRoot));
    this.git("init", "--quiet", "--initial-branch=main");
  }

  /** Writes a file of the clone. */
  write(path: string, text: string): void {
    this.writeBeside(join(appRoot, path), text);
  }

  /** Writes a file anywhere in the build context. */
  writeBeside(path: string, text: string): void {
    writeText(join(this.folder, path), text);
  }

  git(...args: readonly string[]): string {
    const who = ["-c", "user.name=Host", "-c", "user.email=host@localhost"];
    return execFileSync("git", [...who, "-C", join(this.folder, appRoot), ...args], {
      encoding: "utf8",
    }).trim();
  }

  commit(message: string): string {
    this.git("add", "--all", "--force");
    this.git("commit", "--quiet", `--message=${message}`);
    return this.git("rev-parse", "HEAD");
  }

  /** Builds the real Dockerfile on the clone as it is now; the caches of the suite's own image serve it. */
  async build(history = historyOf(this.folder, appRoot)): Promise<string> {
    const tag = `${process.env["KALISI_TEST_PREFIX"] ?? "kalisi-image"}/source:${process.pid}-${this.tags.length}`;
    this.tags.push(tag);
    const { build } = await declaredImage(tag);
    const args = isObject(build) && isObject(build["args"]) ? build["args"] : {};
    return buildContext(tag, {
      context: this.folder,
      dockerfile: join(this.folder, "docker/Dockerfile"),
      args: {
        ...args,
        SOURCE_DIR: appRoot,
        SOURCE_HISTORY: history,
      },
    });
  }

  /** The containers of its images must be gone. */
  async remove(): Promise<void> {
    rmSync(this.folder, { recursive: true, force: true });
    for (const tag of this.tags) await docker.getImage(tag).remove({ force: true });
  }
}
