import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { imageId } from "../../config/engine/deployed";
import { localFolder } from "../../config/local-folder";
import { replaceFile } from "../../config/replace-file";

/** How many are kept: as many as there are images of a stack. */
const kept = 3;

const startSchema = z.strictObject({
  /** When, in ISO 8601. */
  at: z.iso.datetime(),
  /** The Engine's own id. */
  engine: z.string(),
  /** The image's id on it. */
  image: z.string().regex(imageId),
  /** Of what writes to the volumes, such as `{"Neo4j": "5.26.28"}`. */
  versions: z.record(z.string(), z.string()),
  /** The stack's settings file; empty where there was none. */
  settings: z.string(),
});

/** A start after which all services answered. */
export type HealthyStart = z.output<typeof startSchema>;

/** What rollbacks of all stacks of the clone need. */
export function rollbackFolder(root: string): string {
  return join(localFolder(root), "rollback");
}

function recordPath(root: string, stack: string): string {
  return join(rollbackFolder(root), `${stack}.json`);
}

/** Reads a stack's last healthy starts, the newest first; none where the record is lost or damaged. */
export function readHealthyStarts(root: string, stack: string): readonly HealthyStart[] {
  try {
    return z.array(startSchema).parse(JSON.parse(readFileSync(recordPath(root, stack), "utf8")));
  } catch {
    return [];
  }
}

/** Makes a start the newest of a stack's; a former one with the same image and settings is forgotten. */
export function recordHealthyStart(root: string, stack: string, start: HealthyStart): void {
  const others = readHealthyStarts(root, stack).filter(
    ({ engine, image, settings }) =>
      engine !== start.engine || image !== start.image || settings !== start.settings,
  );
  const starts = [start, ...others].slice(0, kept);
  replaceFile(recordPath(root, stack), `${JSON.stringify(starts, undefined, 2)}\n`);
}
