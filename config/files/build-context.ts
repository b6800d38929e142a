import { existsSync, readFileSync, realpathSync } from "node:fs";
import { isAbsolute, join, relative, sep } from "node:path";
import dockerignore from "@balena/dockerignore";
import type { Problem } from "../errors";

const ignoreFile = join("docker", "Dockerfile.dockerignore");

/** The patterns of an ignore file, as the builder reads them. */
export function readIgnorePatterns(path: string): readonly string[] {
  return readFileSync(path, "utf8")
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
}

/**
 * A function that says whether the image's build leaves out a file: by its path, relative to the context.
 *
 * @param root the project's root, which is the build's context
 */
export function ignoredByBuild(root: string): (path: string) => boolean {
  const path = join(root, ignoreFile);
  const patterns = existsSync(path) ? readIgnorePatterns(path) : [];
  const ignore = dockerignore({ ignorecase: false }).add([...patterns]);
  return (file) => ignore.ignores(file);
}

/**
 * Refuses a file of secrets that the image's build would be given: it would be in the image.
 *
 * @param root the project's root, which is the build's context
 * @param path of the file, absolute; where it is a link, its target is checked as well
 * @param setting as its user would type it
 */
export function checkOutsideContext(
  root: string,
  path: string,
  setting: string,
): readonly Problem[] {
  const isIgnored = ignoredByBuild(root);
  const isSent = (file: string, folder: string) => {
    const inside = relative(folder, file);
    return !isOutside(inside) && !isIgnored(inside.split(sep).join("/"));
  };
  return isSent(path, root) || isSent(realpathSync(path), realpathSync(root))
    ? [
        {
          code: "KALISI-ENV-IN-IMAGE",
          setting,
          value: path,
          problem: "would become part of the image, and of whatever is published of it",
          fix: `call it .env, which no build is given, or move it out of the source tree; or name it in ${ignoreFile}`,
        },
      ]
    : [];
}

function isOutside(path: string): boolean {
  return path === "" || path === ".." || path.startsWith(`..${sep}`) || isAbsolute(path);
}
