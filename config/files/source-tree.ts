import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Problem } from "../errors";
import { quoted } from "../quote";
import { isThere, keptPath } from "./kept-settings";

/**
 * Finds the directory of the Kalisi workspace's Cargo.toml: a clone of the repository keeps the
 * application in a `source` folder of its own, older ones and the example tree have it on top.
 *
 * @param root the project's root
 * @param path the source tree, relative to the root
 * @returns the app root, relative to the project's root
 */
export function findAppRoot(root: string, path: string): string | undefined {
  return [path, join(path, "source")].find((candidate) =>
    existsSync(join(root, candidate, "Cargo.toml")),
  );
}

/** The runtime settings file of a source tree, there or put aside: beside its Cargo.toml, else on top of the clone. */
export function findEnvFile(root: string, path: string, appRoot: string = path): string {
  const beside = join(root, appRoot, ".env");
  const onTop = join(root, path, ".env");
  const isKnown = (file: string) => [file, keptPath(file)].some(existsSync);
  return !isKnown(beside) && isKnown(onTop) ? onTop : beside;
}

/** Says what is wrong where there is no app root. */
export function missingSource(root: string, path: string, setting: string): Problem {
  const found = { setting, value: path };
  if (!isThere(join(root, path))) {
    return {
      ...found,
      code: "KALISI-SOURCE-MISSING",
      problem: "there is no such folder",
      fix: `git clone https://github.com/littleredshack/kalisi.git ${path}, or let npm start find a source tree`,
    };
  }
  // Such as of a disk that is not mounted.
  if (!existsSync(join(root, path))) {
    return {
      ...found,
      code: "KALISI-SOURCE-MISSING",
      problem: "is a link that leads nowhere",
      fix: `have it lead to a Kalisi source tree, or remove it: rm ${quoted(path)}`,
    };
  }
  const isFolder = statSync(join(root, path)).isDirectory();
  return {
    ...found,
    code: "KALISI-SOURCE-NOT-KALISI",
    problem: isFolder ? "holds no Cargo.toml, nor does its folder source" : "is no folder",
    fix: "name the folder of a Kalisi source tree",
  };
}
