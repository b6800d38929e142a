import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { z } from "zod";
import { localFolder } from "./local-folder";
import { replaceFile } from "./replace-file";

/** What a clone remembers of each of its stacks, beside what is in Pulumi's state. */
export interface StackRecord<Entry> {
  /** The folder that has a file of each stack. */
  readonly folder: (root: string) => string;
  /** A record that is lost or damaged counts as empty. */
  readonly read: (root: string, stack: string) => readonly Entry[];
  readonly write: (root: string, stack: string, entries: readonly Entry[]) => void;
  /** The stacks that have a record, those too that are no more. */
  readonly stacks: (root: string) => readonly string[];
}

/**
 * Describes a record that is kept in a folder of `.kalisi`.
 *
 * @param name the folder's
 * @param entry what each of a stack's entries must be
 */
export function stackRecord<Entry>(name: string, entry: z.ZodType<Entry>): StackRecord<Entry> {
  const folder = (root: string) => join(localFolder(root), name);
  const path = (root: string, stack: string) => join(folder(root), `${stack}.json`);
  return {
    folder,
    read: (root, stack) => {
      try {
        return z.array(entry).parse(JSON.parse(readFileSync(path(root, stack), "utf8")));
      } catch {
        return [];
      }
    },
    write: (root, stack, entries) => {
      replaceFile(path(root, stack), `${JSON.stringify(entries, undefined, 2)}\n`);
    },
    stacks: (root) =>
      existsSync(folder(root))
        ? readdirSync(folder(root))
            .filter((file) => file.endsWith(".json"))
            .map((file) => basename(file, ".json"))
        : [],
  };
}
