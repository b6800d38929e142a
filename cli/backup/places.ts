import { readdirSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import type { StackConfig } from "../../config/settings/schema";
import { uselessPlace } from "../named-place";

/** Where a stack's backups go, unless somebody says otherwise. */
export function backupFolder(root: string, { backup }: Pick<StackConfig, "backup">): string {
  return resolve(root, backup.to);
}

/** The path of a stack's backup: its name has the moment, to the second. */
export function archivePath(folder: string, stack: string, now: Date): string {
  const time = now.toISOString().replace(/\..*/, "Z").replaceAll(":", "");
  return join(resolve(folder), `${prefixOf(stack)}${time}.tar`);
}

/** How another folder of backups is named. */
export const folderNaming = "--to FOLDER, or kalisi:backup.to";

/**
 * A stack's backups in a folder, the oldest first, by their names.
 *
 * @throws UserError where it is no folder, or cannot be read
 */
export function archivesIn(folder: string, stack: string): readonly string[] {
  return namesIn(folder)
    .filter((name) => momentOf(name, stack) !== undefined)
    .sort()
    .map((name) => join(folder, name));
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw uselessPlace(folder, folderNaming, error);
  }
}

/** The newest of a stack's backups in a folder. */
export function lastBackup(folder: string, stack: string): string | undefined {
  return archivesIn(folder, stack).at(-1);
}

/** When a stack's backup was made; undefined where a file's name is not one's. */
export function momentOf(path: string, stack: string): Date | undefined {
  const name = basename(path);
  const prefix = prefixOf(stack);
  const [, day, hours, minutes, seconds] = name.startsWith(prefix)
    ? (/^(\d{4}-\d\d-\d\d)T(\d\d)(\d\d)(\d\d)Z\.tar$/.exec(name.slice(prefix.length)) ?? [])
    : [];
  return day === undefined
    ? undefined
    : new Date(`${day}T${hours ?? ""}:${minutes ?? ""}:${seconds ?? ""}Z`);
}

function prefixOf(stack: string): string {
  return `kalisi-${stack.replaceAll("/", "-")}-`;
}
