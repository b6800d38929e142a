import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { localFolder } from "../local-folder";
import { replaceFile } from "../replace-file";

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

export function ledgerFolder(root: string): string {
  return join(localFolder(root), "volumes");
}

function ledgerPath(root: string, stack: string): string {
  return join(ledgerFolder(root), `${stack}.json`);
}

/**
 * Reads which volumes a stack has taken. A ledger that is lost or damaged counts as empty: what it held must
 * then be named again, and nothing is removed until then.
 *
 * @param root the project's root
 */
export function readLedger(root: string, stack: string): readonly LedgerEntry[] {
  try {
    return z.array(entrySchema).parse(JSON.parse(readFileSync(ledgerPath(root, stack), "utf8")));
  } catch {
    return [];
  }
}

/** Adds entries, replacing those of the same volumes. */
export function recordVolumes(root: string, stack: string, entries: readonly LedgerEntry[]): void {
  if (entries.length > 0) {
    const others = readLedger(root, stack).filter(
      (known) => !entries.some((entry) => isSamePlace(entry, known)),
    );
    writeLedger(root, stack, [...others, ...entries]);
  }
}

/** Forgets a volume that was removed. */
export function forgetVolume(root: string, stack: string, name: string, engine: string): void {
  const known = readLedger(root, stack);
  const rest = known.filter((entry) => !isSamePlace(entry, { name, engine }));
  if (rest.length < known.length) {
    writeLedger(root, stack, rest);
  }
}

function isSamePlace(
  one: Pick<LedgerEntry, "name" | "engine">,
  other: Pick<LedgerEntry, "name" | "engine">,
): boolean {
  return one.name === other.name && one.engine === other.engine;
}

function writeLedger(root: string, stack: string, entries: readonly LedgerEntry[]): void {
  replaceFile(ledgerPath(root, stack), `${JSON.stringify(entries, undefined, 2)}\n`);
}
