import { join } from "node:path";
import { throwIfAny, type Problem } from "../config/errors";
import { makeSettings } from "../config/files/named-files";
import { findAppRoot } from "../config/files/source-tree";
import { readInputs } from "../config/inputs";
import { resolveSettings, type SettingsSources } from "../config/resolve-settings";
import { isEmpty } from "./setup/source";

/** Those that `npm start` does not mend by itself: it makes a settings file that is not there yet. */
export function inTheWay(problems: readonly Problem[]): readonly Problem[] {
  return problems.filter(({ fix }) => fix !== makeSettings);
}

/**
 * Refuses what the program would refuse of a stack's settings and the files that they name, seconds before it could. Its
 * warnings, and what git's history takes long to tell, are left to the program. Files are not looked at while the source
 * tree is yet to come from its repository: they may be in it.
 *
 * @param root the project's root
 * @param stack its name
 * @param sources as the program will have them
 * @returns whether the files have been looked at
 * @throws ConfigError with every problem that was found
 */
export function refuseEarly(root: string, stack: string, sources: SettingsSources): boolean {
  const settings = resolveSettings(sources);
  const { path, sync } = settings.config.source;
  const isToCome =
    (sync && sources.flags.planFirst !== true) ||
    (findAppRoot(root, path) === undefined && isEmpty(join(root, path)));
  const problems = isToCome
    ? settings.problems
    : readInputs(root, stack, sources, { asksHistory: false }).problems;
  // What an update of the tree has left put aside, set-up puts back, or refuses in its own words.
  throwIfAny(inTheWay(problems).filter(({ code }) => code !== "KALISI-SOURCE-INTERRUPTED"));
  return !isToCome;
}
