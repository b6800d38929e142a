import { z } from "zod";
import { stackRecord } from "../stack-record";

const entrySchema = z.strictObject({
  name: z.string(),
  /** The Engine's own id: the same name on another one is another volume. */
  engine: z.string(),
  /** When the volume was made. Unset: the Engine does not keep that. */
  createdAt: z.string().optional(),
  /** The labels that it had: an Engine never changes them. */
  labels: z.record(z.string(), z.string()),
});

/** A volume that carries no label of the stack's, and is the stack's all the same. */
export type LedgerEntry = z.output<typeof entrySchema>;

const record = stackRecord("volumes", entrySchema);

export const ledgerFolder = record.folder;

/**
 * Reads which volumes a stack has taken. What a ledger has lost must be named again, and nothing is removed until then.
 */
export const readLedger = record.read;

/** Adds entries, replacing those of the same volumes. */
export function recordVolumes(root: string, stack: string, entries: readonly LedgerEntry[]): void {
  if (entries.length > 0) {
    const others = readLedger(root, stack).filter(
      (known) => !entries.some((entry) => isSamePlace(entry, known)),
    );
    record.write(root, stack, [...others, ...entries]);
  }
}

/** Forgets a volume that was removed. */
export function forgetVolume(root: string, stack: string, name: string, engine: string): void {
  const known = readLedger(root, stack);
  const rest = known.filter((entry) => !isSamePlace(entry, { name, engine }));
  if (rest.length < known.length) {
    record.write(root, stack, rest);
  }
}

function isSamePlace(
  one: Pick<LedgerEntry, "name" | "engine">,
  other: Pick<LedgerEntry, "name" | "engine">,
): boolean {
  return one.name === other.name && one.engine === other.engine;
}
