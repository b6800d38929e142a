import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";

/** Where backups go that are sent nowhere else. */
export function backupFolder(root: string): string {
  return join(root, "backups");
}

/** The path of a stack's backup: its name has the moment, to the second. */
export function archivePath(folder: string, stack: string, now: Date): string {
  const time = now.toISOString().replace(/\..*/, "Z").replaceAll(":", "");
  return join(resolve(folder), `${prefixOf(stack)}${time}.tar`);
}

/** The newest of a stack's backups in a folder, by their names. */
export function lastBackup(folder: string, stack: string): string | undefined {
  const prefix = prefixOf(stack);
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const last = names
    .filter(
      (name) =>
        name.startsWith(prefix) && /^\d{4}-\d\d-\d\dT\d{6}Z\.tar$/.test(name.slice(prefix.length)),
    )
    .sort()
    .at(-1);
  return last === undefined ? undefined : join(folder, last);
}

function prefixOf(stack: string): string {
  return `kalisi-${stack.replaceAll("/", "-")}-`;
}
