import { createHash } from "node:crypto";
import {
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  type Stats,
} from "node:fs";
import { join } from "node:path";
import dockerignore from "@balena/dockerignore";
import { readIgnorePatterns } from "../../../config/files/build-context";

/** The files of a build context, relative to it, in a fixed order. */
export interface BuildContext {
  readonly root: string;
  readonly dockerfile: string;
  readonly files: readonly string[];
}

/** Docker prefers an ignore file named after the Dockerfile to the one at the context's root. */
function ignorePatterns(root: string, dockerfile: string): readonly string[] {
  const candidates = [`${dockerfile}.dockerignore`, join(root, ".dockerignore")];
  const found = candidates.find((path) => existsSync(path));
  return found === undefined ? [] : readIgnorePatterns(found);
}

function segmentMatches(pattern: string, name: string): boolean {
  return /[*?[\\]/.test(pattern) || pattern === name;
}

/** Whether the `!` pattern of these segments may match something below `folder`. */
function reachesBelow(exception: readonly string[], folder: string): boolean {
  const names = folder.split("/");
  const anyDepth = exception.indexOf("**");
  if (anyDepth < 0 && exception.length <= names.length) {
    return false;
  }
  const fixed = anyDepth < 0 ? exception : exception.slice(0, anyDepth);
  return names.every((name, at) => segmentMatches(fixed[at] ?? "**", name));
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

/** Finds the ignored folders that hold nothing which a later `!` pattern brings back: most are large. */
function pruner(patterns: readonly string[]): (folder: string) => boolean {
  const exceptions = patterns.flatMap((pattern, at) =>
    pattern.startsWith("!")
      ? [
          {
            segments: pattern
              .slice(1)
              .split("/")
              .filter((segment) => !["", "."].includes(segment)),
            // Made when it is asked for: for each of some fifty, a hundred patterns would have to be compiled.
            after: once(() => dockerignore({ ignorecase: false }).add(patterns.slice(at + 1))),
          },
        ]
      : [],
  );
  return (folder) => {
    const last = exceptions.findLast(({ segments }) => reachesBelow(segments, folder));
    return last === undefined || last.after().ignores(folder);
  };
}

/** Walks a build context and leaves out what its ignore file names. Both paths are from the working folder. */
export function readContext(root: string, dockerfile: string): BuildContext {
  const patterns = ignorePatterns(root, dockerfile);
  const ignore = dockerignore({ ignorecase: false }).add([...patterns]);
  const holdsNothing = pruner(patterns);
  const files: string[] = [];
  const walk = (folder: string): void => {
    const entries = readdirSync(join(root, folder), { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      const ignored = ignore.ignores(path);
      if (entry.isDirectory()) {
        if (!ignored || !holdsNothing(path)) {
          walk(path);
        }
      } else if (!ignored) {
        files.push(path);
      }
    }
  };
  walk("");
  return { root, dockerfile, files };
}

/** Go's fs.FileMode.String, which the official plugin puts into its digest. */
function modeString(stats: Stats): string {
  const kind = stats.isSymbolicLink() ? "L" : stats.isFIFO() ? "p" : stats.isSocket() ? "S" : "";
  const special = [
    [0o4000, "u"],
    [0o2000, "g"],
    [0o1000, "t"],
  ] as const;
  const bits = special.filter(([bit]) => stats.mode & bit).map(([, letter]) => letter);
  const permissions = Array.from("rwxrwxrwx").map((letter, at) =>
    stats.mode & (1 << (8 - at)) ? letter : "-",
  );
  return `${kind}${bits.join("")}`.padStart(1, "-") + permissions.join("");
}

/**
 * The digest the official plugin computes (provider.go, hashContext), so that a state may pass from
 * one to the other without a rebuild. One difference: a symbolic link counts as what it says, not as
 * the absolute path it leads to, which would differ from one checkout to the next.
 *
 * @returns a SHA-256 in hex
 */
export function contextDigest({ root, dockerfile, files }: BuildContext): string {
  const digest = createHash("sha256");
  const add = (name: string, mode: string, content: Buffer | string): void => {
    digest.update(name).update(mode);
    digest.update(createHash("sha256").update(content).digest()).update("\0");
  };
  add("Dockerfile", "----------", readFileSync(dockerfile));
  for (const name of files) {
    const path = join(root, name);
    const stats = lstatSync(path);
    const content = stats.isSymbolicLink()
      ? readlinkSync(path)
      : stats.isFile()
        ? readFileSync(path)
        : "";
    add(name, modeString(stats), content);
  }
  return digest.digest("hex");
}
