import { rmSync } from "node:fs";
import { formatSeconds } from "../../config/duration";
import { quoted } from "../../config/quote";
import { passphraseVariable } from "../../config/settings/misspelt-variables";
import type { Hours } from "../../config/settings/units";
import { readManifest } from "./archive-reader";
import { archivesIn, momentOf } from "./places";

/** How old a stack's last backup is, in seconds; undefined where there is none, or its time has not come yet. */
function ageOfLast(folder: string, stack: string, now: Date): number | undefined {
  const last = archivesIn(folder, stack)
    .map((path) => momentOf(path, stack)?.getTime() ?? NaN)
    // A clock that was wrong may have named one after a time to come.
    .filter((time) => time <= now.getTime())
    .at(-1);
  return last === undefined ? undefined : (now.getTime() - last) / 1000;
}

/**
 * Says in words that a stack's backup is due; undefined where it is not.
 *
 * @param folder where its backups are
 * @param every how old the last one may become
 */
export function whyDue(folder: string, stack: string, every: Hours, now: Date): string | undefined {
  const age = ageOfLast(folder, stack, now);
  if (age !== undefined && age < every * 3600) {
    return undefined;
  }
  const last = age === undefined ? "there is none" : `the last one is ${formatSeconds(age)} old`;
  return `A backup is due: ${last}, and kalisi:backup.every is ${formatSeconds(every * 3600)}`;
}

/**
 * Removes a stack's oldest backups. Those of another clone's stack of the same name stay, and so does what is no whole
 * backup.
 *
 * @param clone see {@link cloneId}
 * @param keep how many stay
 * @returns the paths of what was removed
 */
export async function removeOldest(
  folder: string,
  stack: string,
  clone: string,
  keep: number,
): Promise<readonly string[]> {
  const own: string[] = [];
  for (const path of archivesIn(folder, stack)) {
    const manifest = await readManifest(path).catch(() => undefined);
    if (manifest?.clone === clone && manifest.stack === stack) own.push(path);
  }
  const old = own.slice(0, Math.max(own.length - keep, 0));
  for (const path of old) rmSync(path);
  return old;
}

/**
 * What crontab needs to make a backup whenever one is due. Cron takes `%` for the end of a line:
 * https://man7.org/linux/man-pages/man5/crontab.5.html
 *
 * @param node the Node that runs it, as cron's PATH need not have one
 * @param withSecrets whether it has the secrets, too; a comment then says where their passphrase goes
 */
export function crontabLine(
  root: string,
  stack: string,
  node: string,
  withSecrets = false,
): string {
  const options = `--stack ${stack} --if-due${withSecrets ? " --with-secrets" : ""}`;
  const command = `cd ${quoted(root)} && ${quoted(node)} cli/bootstrap.cjs backup ${options}`;
  const line = `17 * * * * ${command.replaceAll("%", "\\%")} > /dev/null`;
  return withSecrets ? `${passphraseComment}\n${line}` : line;
}

const passphraseComment = `# Needs a line ${passphraseVariable}=... above it, with the passphrase, which you and root can then read here:`;
