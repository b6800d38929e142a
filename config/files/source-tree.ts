import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Problem } from "../errors";
import { keptPath } from "./kept-settings";

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
  return existsSync(join(root, path))
    ? {
        code: "KALISI-SOURCE-NOT-KALISI",
        setting,
        value: path,
        problem: "holds no Cargo.toml, nor does its folder source",
        fix: "name the folder of a Kalisi source tree",
      }
    : {
        code: "KALISI-SOURCE-MISSING",
        setting,
        value: path,
        problem: "there is no such folder",
        fix: `git clone https://github.com/littleredshack/kalisi.git ${path}, or let npm start find a source tree`,
      };
}
