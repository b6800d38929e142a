import { isUtf8 } from "node:buffer";
import { closeSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import { extname } from "node:path";
import { reasonOf } from "../../config/errors";
import { formatBytes } from "../container/volumes";
import { UserError } from "../user-error";
import { checkGraph, type Sizes } from "./graph";

/** What can be loaded, by a file that was found to be one. */
export type Seed =
  | { readonly kind: "dump"; readonly bytes: number }
  | { readonly kind: "json"; readonly text: string; readonly sizes: Sizes };

/** In bytes. A transaction is in Neo4j's memory until it is complete; four times as much was too much for 512 MB of heap. */
export const largestJson = 8_000_000;

/** What neo4j-admin writes first, whichever way it compresses what follows. */
const dumpMarks = ["DZV1", "DGV1"];

/**
 * Looks whether a file is what its name says.
 *
 * @throws UserError where it is not, or cannot be read
 */
export function readSeed(path: string): Seed {
  try {
    const bytes = sizeOf(path);
    switch (extname(path).toLowerCase()) {
      case ".dump":
        return dump(path, bytes);
      case ".json":
        return json(path, bytes);
      default:
        throw unfit(path, "has a name that says neither .dump nor .json");
    }
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw unfit(path, `cannot be read: ${reasonOf(error)}`);
  }
}

function sizeOf(path: string): number {
  const stats = statSync(path);
  if (!stats.isFile()) throw unfit(path, "is no file");
  if (stats.size === 0) throw unfit(path, "is empty");
  return stats.size;
}

function dump(path: string, bytes: number): Seed {
  const mark = Buffer.alloc(4);
  const file = openSync(path, "r");
  readSync(file, mark);
  closeSync(file);
  if (!dumpMarks.includes(mark.toString("latin1"))) {
    throw new UserError(
      "KALISI-SEED-FOREIGN",
      `Nothing was changed: ${path} is no dump of neo4j-admin, whatever its name says.\nMake one: neo4j-admin database dump neo4j`,
    );
  }
  return { kind: "dump", bytes };
}

function json(path: string, bytes: number): Seed {
  if (bytes > largestJson) {
    throw new UserError(
      "KALISI-SEED-LARGE",
      `Nothing was changed: ${path} has ${formatBytes(bytes)}, and JSON of at most ${formatBytes(largestJson)} is loaded.\nLoad it into another Neo4j, and load the dump of that: a dump may be larger`,
    );
  }
  const content = readFileSync(path);
  if (!isUtf8(content)) throw unfit(path, "is not UTF-8 text");
  const text = content.toString();
  return { kind: "json", text, sizes: checkGraph(path, text) };
}

function unfit(path: string, why: string): UserError {
  return new UserError(
    "KALISI-SEED-FILE",
    `Nothing was changed: ${path} ${why}.\nName a Neo4j dump (.dump) or a graph (.json), such as seed/neo4j.dump`,
  );
}
