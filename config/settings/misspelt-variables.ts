import { nearestWord } from "./known-keys";
import { environmentVariables } from "./sources";

/** Names volumes to be taken, separated by commas: for one run of plain Pulumi, not a lasting setting. */
export const adoptVariable = "KALISI_ADOPT_VOLUMES";

/** The passphrase of a backup's secrets: for one command, and no setting at all. */
export const passphraseVariable = "KALISI_BACKUP_PASSPHRASE";

/** The volumes that the environment and the command line name to be taken. */
export function namedVolumes(
  environment: NodeJS.ProcessEnv,
  named: readonly string[] = [],
): readonly string[] {
  return [environment[adoptVariable] ?? "", ...named]
    .flatMap((names) => names.split(","))
    .map((name) => name.trim())
    .filter(Boolean);
}

/** Warns of variables that have no effect because of a misspelt name. */
export function misspeltVariables(environment: NodeJS.ProcessEnv): readonly string[] {
  const known = [
    ...environmentVariables.map(({ name }) => name),
    adoptVariable,
    passphraseVariable,
  ];
  return Object.keys(environment)
    .filter((name) => /^(?:KALISI_|AUTHORI[SZ]ED_KEY)/.test(name) && !known.includes(name))
    .flatMap((name) => {
      const meant = nearestWord(name, known);
      return meant === undefined ? [] : [`${name} has no effect; did you mean ${meant}?`];
    });
}
