import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readEnvFileLines } from "../../config/files/env-file-lines";
import { localFolder } from "../../config/local-folder";
import { replaceFile } from "../../config/replace-file";

/** What has become of a restored settings file. */
export interface HandedOut {
  /** Where it was put; undefined where the stack has the very same. */
  readonly file?: string;
  /** The names of the variables whose values differ from the present ones. */
  readonly differing: readonly string[];
}

/**
 * Puts a restored settings file where its user finds it, for that one alone to read. The present one stays as it is, and
 * so does one that an earlier restore has put there.
 *
 * @param present the path of the stack's own
 */
export function handOut(root: string, stack: string, restored: Buffer, present: string): HandedOut {
  const own = readIfPossible(present);
  if (own?.equals(restored) === true) return { differing: [] };
  const file = placeFor(join(localFolder(root), "restored"), stack.replaceAll("/", "-"), restored);
  if (!existsSync(file)) replaceFile(file, restored);
  return { file, differing: differingNames(own?.toString() ?? "", restored.toString()) };
}

/** The data is restored by now: whatever is wrong with the present file is no reason to fail. */
function readIfPossible(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

/** One that has the same is taken again. */
function placeFor(folder: string, stack: string, restored: Buffer): string {
  const plain = join(folder, `${stack}.env`);
  if (!existsSync(plain) || readFileSync(plain).equals(restored)) return plain;
  const time = new Date().toISOString().replaceAll(":", "");
  return join(folder, `${stack}-${time}.env`);
}

function differingNames(one: string, other: string): readonly string[] {
  const [before, after] = [one, other].map(
    (text) => new Map(readEnvFileLines(text).entries.map(({ name, value }) => [name, value])),
  );
  const names = new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])]);
  return [...names].filter((name) => before?.get(name) !== after?.get(name)).sort();
}
