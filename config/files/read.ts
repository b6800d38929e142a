import { isUtf8 } from "node:buffer";
import { readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { reasonOf, type Problem } from "../errors";
import { quoted } from "../quote";

/** A settings or key file is smaller; what is not was named by mistake. */
const largestBytes = 1024 * 1024;

/** A path as people write it: `~/` is their home, anything else is relative to the project's root. */
export function resolvePath(root: string, path: string): string {
  return path === "~" || path.startsWith("~/")
    ? join(homedir(), path.slice(1))
    : resolve(root, path);
}

/**
 * Reads a text file that a setting names. Where it cannot, adds to the problems.
 *
 * @param unread what that is called, and what to do about it
 */
export function readText(
  path: string,
  setting: string,
  unread: Pick<Problem, "code" | "fix">,
  problems: Problem[],
): string | undefined {
  const read = tryToRead(path);
  if ("content" in read) {
    return read.content;
  }
  problems.push({ setting, value: path, ...unread, ...read });
  return undefined;
}

/** What is wrong, with the way to mend it where there is but one. */
type Unreadable = Pick<Problem, "problem"> & Partial<Pick<Problem, "fix">>;

function tryToRead(path: string): { readonly content: string } | Unreadable {
  let owner: number | undefined;
  try {
    const stats = statSync(path);
    owner = stats.uid;
    if (stats.isDirectory()) {
      return { problem: "cannot be read: it is a directory" };
    }
    if (!stats.isFile()) {
      return { problem: "cannot be read: it is not a regular file" };
    }
    if (stats.size > largestBytes) {
      return { problem: "is larger than 1 MiB" };
    }
    const bytes = readFileSync(path);
    return isUtf8(bytes) && !bytes.includes(0)
      ? { content: bytes.toString() }
      : { problem: "is not UTF-8 text", fix: "save it as UTF-8" };
  } catch (error) {
    const isForbidden = (error as NodeJS.ErrnoException).code === "EACCES";
    return {
      problem: `cannot be read: ${reasonOf(error)}`,
      // Mostly one that a command typed with sudo has left.
      ...(isForbidden && owner !== undefined ? { fix: makeReadable(path, owner) } : {}),
    };
  }
}

function makeReadable(path: string, owner: number): string {
  return owner === process.getuid?.()
    ? `chmod u+r ${quoted(path)}`
    : `sudo chown "$(id -u)" ${quoted(path)}`;
}

/** A bind is written `host:container:ro`, so that such a path would be taken apart. */
export function checkBindPath(path: string, setting: string): readonly Problem[] {
  return /[:\p{Cc}]/u.test(path)
    ? [
        {
          code: "KALISI-SETTING-PATH",
          setting,
          value: path,
          problem: "cannot be mounted by Docker: its path holds a colon or a control character",
          fix: "move the file (or the whole project) to a path without them",
        },
      ]
    : [];
}

/** Warns of a file of secrets that others of this machine can read. Windows has no such modes. */
export function checkMode(path: string): readonly string[] {
  return process.platform !== "win32" && (statSync(path).mode & 0o077) !== 0
    ? [`${path} can be read by others of this machine: chmod 600 ${quoted(path)}`]
    : [];
}
