import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isObject, type Props } from "../../../airgap/plugins/values";
import { docker } from "../e2e/probe";
import { writeText } from "../files";
import { buildContext, copyBuildFiles } from "./build-context";
import { declaredImage, historyOf } from "./declared";

/** A place that the build context's allow-list has, and no user's tree: build caches are by place. */
const appRoot = "source/build-test";

const packages = {
  "api-gateway": ["kalisi-gateway", "kalisi-gateway"],
  "agent-runtime": ["agent-runtime", "agent-runtime-service"],
  "neo4j-ui": ["neo4j-ui", "neo4j-ui"],
} as const;

/** Trusts a file's time and size alone, as bundlers do with what they kept from the last build. */
const bundler = `
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
const { mtimeMs, size } = statSync("src/main.js");
const kept = ".angular/main.json";
const cache = existsSync(kept) ? JSON.parse(readFileSync(kept, "utf8")) : {};
const fresh = cache.mtimeMs !== mtimeMs || cache.size !== size;
const main = fresh ? readFileSync("src/main.js", "utf8") : cache.main;
mkdirSync(".angular", { recursive: true });
writeFileSync(kept, JSON.stringify({ mtimeMs, size, main }));
mkdirSync("dist", { recursive: true });
writeFileSync("dist/index.html", main);
`;

/** A build context with the project's docker/ and a source tree that compiles in a second. */
export class TinyTree {
  readonly folder = mkdtempSync(join(tmpdir(), "kalisi-tree-"));
  private readonly images: string[] = [];

  constructor() {
    copyBuildFiles(this.folder);
    const lock = Object.values(packages).map(
      ([name]) => `[[package]]\nname = "${name}"\nversion = "0.1.0"\n`,
    );
    this.write("Cargo.lock", `version = 4\n\n${lock.join("\n")}`);
    this.write("Cargo.toml", '[workspace]\nresolver = "2"\nmembers = ["services/*"]\n');
    for (const [folder, [name, binary]] of Object.entries(packages)) {
      const manifest = `[package]\nname = "${name}"\nversion = "0.1.0"\nedition = "2021"\n`;
      const target = `[[bin]]\nname = "${binary}"\npath = "src/main.rs"\n`;
      this.write(`services/${folder}/Cargo.toml`, manifest + target);
    }
    const npm = { name: "tiny", version: "0.1.0", private: true };
    const lockOf = { ...npm, lockfileVersion: 3, requires: true, packages: { "": npm } };
    this.write(
      "frontend/package.json",
      JSON.stringify({ ...npm, scripts: { build: "node build.mjs" } }),
    );
    this.write("frontend/package-lock.json", JSON.stringify(lockOf));
    this.write("frontend/build.mjs", bundler);
  }

  /** Writes a file of the source tree, as old as is asked for. */
  write(path: string, content: string, modified = new Date()): void {
    this.writeBeside(join(appRoot, path), content, modified);
  }

  /** Writes a file anywhere in the build context. */
  writeBeside(path: string, content: string, modified = new Date()): void {
    const target = join(this.folder, path);
    writeText(target, content);
    utimesSync(target, modified, modified);
  }

  /** Gives each service and the frontend a text of its own to say. */
  say(what: string, modified?: Date): void {
    for (const folder of Object.keys(packages)) {
      const main = `fn main() {\n    println!("{}", "${what}");\n}\n`;
      this.write(`services/${folder}/src/main.rs`, main, modified);
    }
    this.write("frontend/src/main.js", what, modified);
  }

  /** Makes the source tree a repository of its own, with what it holds now. */
  commit(): void {
    this.git("init", "--quiet", "--initial-branch=main");
    this.git("add", "--all");
    const who = ["-c", "user.name=Host", "-c", "user.email=host@localhost"];
    this.git(...who, "commit", "--quiet", "--message=all");
  }

  git(...args: readonly string[]): void {
    execFileSync("git", ["-C", join(this.folder, appRoot), ...args]);
  }

  /**
   * Builds the image, or a stage of it; its id, and the steps that the layer cache did not answer.
   *
   * @param args build arguments over those that are declared
   */
  async build(target = "", args: Readonly<Record<string, string>> = {}) {
    const { build } = await declaredImage("unused");
    if (!isObject(build) || !isObject(build["args"])) {
      throw new Error("the image declares no build");
    }
    const inputs: Props = {
      ...build,
      context: this.folder,
      dockerfile: join(this.folder, "docker/Dockerfile"),
      target,
      args: {
        ...build["args"],
        SOURCE_DIR: appRoot,
        SOURCE_HISTORY: historyOf(this.folder, appRoot),
        ...args,
      },
    };
    const name = `${process.env["KALISI_TEST_PREFIX"] ?? "kalisi"}/tiny-tree:${process.pid}`;
    const steps: string[] = [];
    const id = await buildContext(name, inputs, (line) => steps.push(line));
    this.images.push(id);
    const ran = (stage: string) => steps.some((step) => step.startsWith(`[${stage} `));
    return { id, ran };
  }

  /** Builds an image of nothing but what a build is sent; its id. */
  async buildContextImage(): Promise<string> {
    const dockerfile = join(this.folder, "context.Dockerfile");
    writeText(dockerfile, "FROM scratch\nCOPY . /\n");
    copyFileSync(join(this.folder, "docker/Dockerfile.dockerignore"), `${dockerfile}.dockerignore`);
    const name = `${process.env["KALISI_TEST_PREFIX"] ?? "kalisi"}/context:${process.pid}`;
    const id = await buildContext(name, { context: this.folder, dockerfile });
    this.images.push(id);
    return id;
  }

  async remove(): Promise<void> {
    for (const id of new Set(this.images)) await docker.getImage(id).remove({ force: true });
    rmSync(this.folder, { recursive: true, force: true });
  }
}
