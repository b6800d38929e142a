import { ConfigError, reasonOf, type Problem } from "../../config/errors";

/** One thing that was looked at. */
export interface Finding {
  /** What it is about, such as `Docker Engine` or a setting. */
  readonly about: string;
  /** A problem keeps `npm start` from its end; a warning is worth knowing. */
  readonly state: "ok" | "warning" | "problem";
  /** What was found. */
  readonly says: string;
  /** What to type, or to do. */
  readonly fix?: string;
}

export const ok = (about: string, says: string): Finding => ({ about, state: "ok", says });

export const warning = (about: string, says: string, fix?: string): Finding => ({
  about,
  state: "warning",
  says,
  ...(fix === undefined ? {} : { fix }),
});

export const problem = (about: string, says: string, fix: string): Finding => ({
  about,
  state: "problem",
  says,
  fix,
});

/** A mistake in the settings, less the value: it may be long. */
export function findingOf({ setting, problem: says, fix }: Problem): Finding {
  return problem(setting, says, fix);
}

/** What a check finds; where it fails, why. */
export async function findingsOf(
  about: string,
  check: () => readonly Finding[] | Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  try {
    return await check();
  } catch (error) {
    if (error instanceof ConfigError) {
      return error.problems.map(findingOf);
    }
    const [says = "", ...fix] = reasonOf(error).split("\n");
    return [problem(about, says, fix.at(-1) ?? "npm start says more")];
  }
}
