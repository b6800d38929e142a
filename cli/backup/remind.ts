import { relative } from "node:path";
import { reasonOf } from "../../config/errors";
import type { StackConfig } from "../../config/settings/schema";
import { backupFolder, lastBackup } from "./places";
import { whyDue } from "./schedule";

type Config = Pick<StackConfig, "backup">;

/** What is said of a stack of which a backup is due: a line, or none. Backups that cannot be looked for are told in it, too. */
export function remindOfBackup(root: string, stack: string, config: Config): string | undefined {
  const { every } = config.backup;
  try {
    const due = every && whyDue(backupFolder(root, config), stack, every, new Date());
    return due && `${due}: npm run backup`;
  } catch (error) {
    return `Warning: ${reasonOf(error)}`;
  }
}

/** What there is of a stack's backups. */
export interface Backups {
  /** The path of the newest one. */
  readonly last?: string;
  readonly lines: readonly string[];
}

export function describeBackups(root: string, stack: string, config: Config): Backups {
  const folder = backupFolder(root, config);
  const due = remindOfBackup(root, stack, config);
  const more = due === undefined ? [] : [`  ${due}`];
  try {
    const last = lastBackup(folder, stack);
    return last === undefined
      ? { lines: [`Last backup: none in ${relative(root, folder)}`, ...more] }
      : { last, lines: [`Last backup: ${relative(root, last)}`, ...more] };
  } catch (error) {
    return { lines: [`Last backup: ${reasonOf(error)}`] };
  }
}
