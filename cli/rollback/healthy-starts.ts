import { z } from "zod";
import { imageId } from "../../config/engine/deployed";
import { stackRecord } from "../../config/stack-record";

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

const record = stackRecord("rollback", startSchema);

/** What rollbacks of all stacks of the clone need. */
export const rollbackFolder = record.folder;

/** Reads a stack's last healthy starts, the newest first. */
export const readHealthyStarts = record.read;

/**
 * Makes a start the newest of a stack's; a former one with the same image and settings is forgotten.
 *
 * @returns the stack's starts now
 */
export function recordHealthyStart(
  root: string,
  stack: string,
  start: HealthyStart,
): readonly HealthyStart[] {
  const others = readHealthyStarts(root, stack).filter(
    ({ engine, image, settings }) =>
      engine !== start.engine || image !== start.image || settings !== start.settings,
  );
  const starts = [start, ...others].slice(0, kept);
  record.write(root, stack, starts);
  return starts;
}
