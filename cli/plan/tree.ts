import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import { localFolder } from "../../config/local-folder";
import { findAppRoot, findEnvFile } from "../../config/files/source-tree";
import { run } from "../process";
import { git, parts } from "../source/git";
import { UserError } from "../user-error";

/**
 * A copy of the project that takes the place of one revision after the other, so that no path in their
 * plans differs. The user's own tree, state and settings stay as they are.
 */
export class RevisionTree {
  constructor(
    private readonly root: string,
    readonly path: string,
    private readonly source: string,
  ) {}

  async create(): Promise<void> {
    await git(["clone", "--quiet", "--shared", "--no-checkout", this.root, this.path]);
    const local = localFolder(this.path);
    mkdirSync(local, { mode: 0o700 });
    // The machine's own key and choices: the same content has the same digest in both plans.
    for (const file of ["machine.json", "ca"]) {
      const from = join(localFolder(this.root), file);
      if (existsSync(from)) cpSync(from, join(local, file), { recursive: true });
    }
  }

  /**
   * Checks a commit out, and what the project's own tree has edited since where `withEdits` is set.
   *
   * @returns whether there were edits
   */
  async takeRevision(commit: string, { withEdits }: { readonly withEdits: boolean }) {
    await git(["-C", this.path, "checkout", "--quiet", "--force", "--detach", commit]);
    const edited = withEdits && (await this.takeEdits());
    this.linkSource();
    await this.takePackages();
    return edited;
  }

  private async takeEdits(): Promise<boolean> {
    const list = async (...options: readonly string[]) =>
      parts(await git(["-C", this.root, "ls-files", "-z", ...options]));
    const deleted = await list("--deleted");
    for (const file of deleted) rmSync(join(this.path, file), { force: true });
    const edited = await list("--modified", "--others", "--exclude-standard");
    for (const file of edited.filter((name) => !deleted.includes(name))) {
      mkdirSync(dirname(join(this.path, file)), { recursive: true });
      cpSync(join(this.root, file), join(this.path, file), {
        recursive: true,
        verbatimSymlinks: true,
      });
    }
    return deleted.length + edited.length > 0;
  }

  /** What git does not carry: a clone in source/, and the settings, which stay where they are. */
  private linkSource(): void {
    this.link(this.source);
    const appRoot = findAppRoot(this.root, this.source);
    if (appRoot !== undefined) {
      this.link(relative(this.root, findEnvFile(this.root, this.source, appRoot)));
    }
  }

  private link(path: string): void {
    const target = join(this.path, path);
    if (!path.startsWith("..") && existsSync(join(this.root, path)) && !existsSync(target)) {
      mkdirSync(dirname(target), { recursive: true });
      symlinkSync(join(this.root, path), target);
    }
  }

  private async takePackages(): Promise<void> {
    const packages = join(this.path, "node_modules");
    rmSync(packages, { recursive: true, force: true });
    const lockOf = (folder: string) => readFileSync(join(folder, "package-lock.json"), "utf8");
    if (lockOf(this.path) === lockOf(this.root)) {
      symlinkSync(join(this.root, "node_modules"), packages);
      return;
    }
    await run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], {
      cwd: this.path,
      label: "npm ci of the base",
    });
  }

  /** Gives the stack the dev stack's settings, of the same revision, where it has none of its own. */
  configure(stack: string): void {
    const own = join(this.path, `Pulumi.${stack}.yaml`);
    const dev = join(this.path, "Pulumi.dev.yaml");
    if (!existsSync(join(this.root, `Pulumi.${stack}.yaml`)) && existsSync(dev)) {
      copyFileSync(dev, own);
    }
  }
}

/** The commit that a change began at: where the base and the present one parted. */
export async function findBase(
  root: string,
  base: string,
): Promise<{ base: string; head: string }> {
  const ask = async (...args: readonly string[]) => (await git(["-C", root, ...args])).trim();
  try {
    const head = await ask("rev-parse", "--verify", "HEAD^{commit}");
    const named = await ask("rev-parse", "--verify", "--end-of-options", `${base}^{commit}`);
    return { base: await ask("merge-base", named, head), head };
  } catch {
    throw new UserError(
      "KALISI-GIT-BASE",
      `--base ${base}: git knows no such revision, or none that this one comes from.\nName a branch or a commit, and fetch it with its history: git fetch --unshallow origin ${base}`,
    );
  }
}
