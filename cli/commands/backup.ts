import { relative } from "node:path";
import { Command } from "@commander-js/extra-typings";
import { formatSeconds } from "../../config/duration";
import { cloneId } from "../../config/engine/stack-owner";
import { readIdentity } from "../../config/identity";
import type { StackConfig } from "../../config/settings/schema";
import { makeBackup } from "../backup/make";
import { findPassphrase, type AskPassphrase } from "../backup/passphrase";
import { backupFolder } from "../backup/places";
import { crontabLine, removeOldest, whyDue } from "../backup/schedule";
import { lock, readSecrets } from "../backup/secrets";
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
  readonly withSecrets?: true | undefined;
  readonly ifDue?: true | undefined;
  readonly crontab?: true | undefined;
}

export const declare = (root: string) =>
  new Command("backup")
    .description("write the stack's data to one file")
    .addOption(stackOption())
    .addOption(jsonOption())
    .option("--to <folder>", "where the file goes (default: kalisi:backup.to)", once)
    .option("--with-secrets", "have the source tree's .env in it, encrypted with a passphrase")
    .option("--if-due", "only where kalisi:backup.every says that it is time")
    .option("--crontab", "print a line for crontab that does so; change nothing")
    .action((options) => backup(root, options));

/** Writes a backup of a stack that is up. */
async function backup(root: string, options: BackupOptions): Promise<void> {
  const isLine = options.crontab === true;
  const askPassphrase =
    options.withSecrets === true && !isLine ? findPassphrase("Nothing was backed up") : undefined;
  if (options.ifDue === true || isLine) {
    const { name, config } = await readConfig(root, options);
    const why = askWhetherDue(root, name, config, options);
    if (isLine) {
      print(crontabLine(root, name, process.execPath, options.withSecrets));
      return;
    }
    if (why === undefined) {
      print("No backup is due");
      printResult({ stack: name, due: false });
      return;
    }
    print(why);
  }
  await makeNow(root, options, askPassphrase);
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

async function makeNow(
  root: string,
  { to, ...options }: BackupOptions,
  askPassphrase: AskPassphrase | undefined,
): Promise<void> {
  const opened = await openContainer(root, options);
  await refusePaused(opened.machine, opened.name);
  const config = opened.settings.checked();
  const folder = to ?? backupFolder(root, config);
  const secrets = askPassphrase && (await lockSecrets(root, config, askPassphrase));
  const made = await makeBackup(root, opened, opened.container, folder, secrets?.locked);
  print(
    `Neo4j and the services that need it were down for ${formatSeconds(made.downMilliseconds / 1000)}. Left out, as they are usually secrets: ${secrets === undefined ? ".env, " : ""}keys, and files with such names`,
  );
  if (secrets !== undefined) print(`Encrypted with the passphrase: ${secrets.name}`);
  print(`Backup: ${relative(process.cwd(), made.file)}, ${formatBytes(made.bytes)}`);
  const { keep } = config.backup;
  const clone = cloneId(readIdentity(root));
  const removed =
    keep === undefined ? [] : await removeOldest(folder, opened.stack.name, clone, keep);
  for (const path of removed)
    print(`Removed ${relative(process.cwd(), path)}: the last ${keep ?? 0} are kept`);
  printResult({ stack: opened.stack.name, ...made, secrets: secrets !== undefined, removed });
}

/** Before anything is stopped: where it cannot be done, no backup is made. */
async function lockSecrets(root: string, config: StackConfig, askPassphrase: AskPassphrase) {
  const { name, content } = readSecrets(root, config);
  const passphrase = await askPassphrase("new");
  print(`Encrypting ${name}`);
  return { name, locked: await lock(content, passphrase) };
}
