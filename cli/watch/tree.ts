import { existsSync, lstatSync, readFileSync, readlinkSync, type Stats } from "node:fs";
import { join, relative, sep } from "node:path";
import { readContext } from "../../airgap/plugins/docker/context";
import { digest } from "../../config/digest";
import { ignoredByBuild } from "../../config/files/build-context";
import { UserError } from "../user-error";

/** What is to be done in the container, with a path there, below /workspace. */
export type Change =
  | { readonly file: string; readonly program: boolean; readonly content: Buffer }
  | { readonly link: string; readonly to: string }
  | { readonly gone: string };

/** What there is at a path of the host's tree, and its id: what the image's manifest calls it (docker/rootfs/usr/local/lib/kalisi/build/manifest.mjs). */
interface Found {
  readonly id: string;
  readonly change: Change;
}

/** Where the tree is in the container, below /workspace. */
const inside = "source";

/** The host's source tree: of it, what the image's build is given. */
export class HostTree {
  readonly folder: string;
  private readonly isIgnoredByBuild: (path: string) => boolean;

  /**
   * @param root the project's root
   * @param path of the tree, relative to it
   */
  constructor(
    private readonly root: string,
    path: string,
  ) {
    this.folder = join(root, path);
    this.isIgnoredByBuild = ignoredByBuild(root);
  }

  /** Whether the build is not given what is at a path of the host; git's own files are not a part of the tree. */
  readonly isIgnored = (path: string): boolean => {
    const fromRoot = relative(this.root, path).split(sep);
    return fromRoot.includes(".git") || this.isIgnoredByBuild(fromRoot.join("/"));
  };

  /** All that there is, as paths in the container. */
  list(): readonly string[] {
    // Which is no reason to remove all of it in the container.
    if (!existsSync(this.folder)) {
      throw new UserError(
        "KALISI-WATCH-ENDED",
        `The source tree ${this.folder} is gone: once it is back, npm run watch again`,
      );
    }
    return readContext(this.root, join(this.root, "docker", "Dockerfile"))
      .files.map((file) => relative(this.folder, join(this.root, file)).split(sep))
      .filter((names) => names[0] !== ".." && !names.includes(".git"))
      .map((names) => [inside, ...names].join("/"));
  }

  /** The path on the host of what is at one in the container. */
  pathHere(path: string): string {
    return join(this.folder, path.slice(inside.length + 1));
  }

  /**
   * Reads what is at a path that the container has, or is to have.
   *
   * @returns undefined where there is neither file nor link
   */
  read(path: string): Found | undefined {
    const here = this.pathHere(path);
    const stat = look(here);
    if (stat?.isSymbolicLink() === true) {
      const to = readlinkSync(here);
      return { id: `link:${digest(to)}`, change: { link: path, to } };
    }
    if (stat?.isFile() !== true) return undefined;
    const content = readFileSync(here);
    const program = (stat.mode & 0o100) !== 0;
    const id = `${program ? "program" : "file"}:${digest(content)}`;
    return { id, change: { file: path, program, content } };
  }
}

/** What is on the way may be no folder, or any more. */
function look(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) {
      return undefined;
    }
    throw error;
  }
}
