import { relative } from "node:path";
import { Command } from "@commander-js/extra-typings";
import { formatSeconds } from "../../config/duration";
import { makeBackup } from "../backup/make";
import { backupFolder } from "../backup/places";
import { refusePaused } from "../container/answers";
import { openContainer } from "../container/open";
import { formatBytes } from "../container/volumes";
import { jsonOption, once, stackOption, type StackOption } from "../options";
import { print, printResult } from "../output";

interface BackupOptions extends StackOption {
  readonly to?: string | undefined;
}

export const declare = (root: string) =>
  new Command("backup")
    .description("write the stack's data to one file")
    .addOption(stackOption())
    .addOption(jsonOption())
    .option("--to <folder>", "where the file goes (default: backups)", once)
    .action((options) => backup(root, options));

/** Writes a backup of a stack that is up. */
async function backup(root: string, { to, ...options }: BackupOptions): Promise<void> {
  const opened = await openContainer(root, options);
  await refusePaused(opened.machine, opened.name);
  const made = await makeBackup(root, opened, opened.container, to ?? backupFolder(root));
  print(
    `Neo4j and the services that need it were down for ${formatSeconds(made.downMilliseconds / 1000)}. Left out, as they are usually secrets: .env, keys, and files with such names`,
  );
  print(`Backup: ${relative(process.cwd(), made.file)}, ${formatBytes(made.bytes)}`);
  printResult({ stack: opened.stack.name, ...made });
}
