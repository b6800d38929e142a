import { relative } from "node:path";
import { Command } from "@commander-js/extra-typings";
import { formatSeconds } from "../../config/duration";
import { cloneId } from "../../config/engine/stack-owner";
import { readIdentity } from "../../config/identity";
import type { StackConfig } from "../../config/settings/schema";
import { makeBackup } from "../backup/make";
import { backupFolder } from "../backup/places";
import { crontabLine, removeOldest, whyDue } from "../backup/schedule";
import { openStack } from "../choose-stack";
import { refusePaused } from "../container/answers";
import { openContainer } from "../container/open";
import { formatBytes } from "../container/volumes";
import { jsonOption, once, stackOption, type StackOption } from "../options";
import { print, printResult } from "../output";
import { findTools } from "../setup";
import { readSettings } from "../stack-settings";
import { UserError } from "../user-error";

interface BackupOptions extends StackOption {
  readonly to?: string | undefined;
  readonly ifDue?: true | undefined;
  readonly crontab?: true | undefined;
}

export const declare = (root: string) =>
  new Command("backup")
    .description("write the stack's data to one file")
    .addOption(stackOption())
    .addOption(jsonOption())
    .option("--to <folder>", "where the file goes (default: kalisi:backup.to)", once)
    .option("--if-due", "only where kalisi:backup.every says that it is time")
    .option("--crontab", "print a line for crontab that does so; change nothing")
    .action((options) => backup(root, options));

/** Writes a backup of a stack that is up. */
async function backup(root: string, options: BackupOptions): Promise<void> {
  if (options.ifDue === true || options.crontab === true) {
    const { name, config } = await readConfig(root, options);
    const why = askWhetherDue(root, name, config, options);
    if (options.crontab === true) {
      print(crontabLine(root, name, process.execPath));
      return;
    }
    if (why === undefined) {
      print("No backup is due");
      printResult({ stack: name, due: false });
      return;
    }
    print(why);
  }
  await makeNow(root, options);
}

async function readConfig(root: string, option: StackOption) {
  const tools = await findTools(root, { redo: false });
  const stack = await openStack(root, tools, option);
  const config = (await readSettings(stack, tools.profile)).checked();
  return { name: stack.name, config };
}

function askWhetherDue(
  root: string,
  stack: string,
  config: StackConfig,
  { to }: BackupOptions,
): string | undefined {
  const { every } = config.backup;
  if (every === undefined) {
    throw new UserError(
      "KALISI-BACKUP-INTERVAL",
      `No backup of stack ${stack} is ever due, as kalisi:backup.every is not set.\nSet it: npm run pulumi -- config set --stack ${stack} --path kalisi:backup.every 1d`,
    );
  }
  return whyDue(to ?? backupFolder(root, config), stack, every, new Date());
}

async function makeNow(root: string, { to, ...options }: BackupOptions): Promise<void> {
  const opened = await openContainer(root, options);
  await refusePaused(opened.machine, opened.name);
  const config = opened.settings.checked();
  const folder = to ?? backupFolder(root, config);
  const made = await makeBackup(root, opened, opened.container, folder);
  print(
    `Neo4j and the services that need it were down for ${formatSeconds(made.downMilliseconds / 1000)}. Left out, as they are usually secrets: .env, keys, and files with such names`,
  );
  print(`Backup: ${relative(process.cwd(), made.file)}, ${formatBytes(made.bytes)}`);
  const { keep } = config.backup;
  const clone = cloneId(readIdentity(root));
  const removed =
    keep === undefined ? [] : await removeOldest(folder, opened.stack.name, clone, keep);
  for (const path of removed)
    print(`Removed ${relative(process.cwd(), path)}: the last ${keep ?? 0} are kept`);
  printResult({ stack: opened.stack.name, ...made, removed });
}
