import { ConfigError, reasonOf, type Problem } from "../../config/errors";
import type { RefusalCode } from "../../config/refusals";
import { codeOfCommand, isOfPulumi, reasonOfCommand } from "../progress/failures";
import { UserError } from "../user-error";

/** One thing that was looked at. */
export interface Finding {
  /** What it is about, such as `Docker Engine` or a setting. */
  readonly about: string;
  /** A problem keeps `npm start` from its end; a warning is worth knowing. */
  readonly state: "ok" | "warning" | "problem";
  /** Of a problem: of which kind it is. */
  readonly code?: RefusalCode;
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

export const problem = (code: RefusalCode, about: string, says: string, fix: string): Finding => ({
  about,
  state: "problem",
  code,
  says,
  fix,
});

/** A mistake in the settings, less the value: it may be long. */
export function findingOf({ code, setting, problem: says, fix }: Problem): Finding {
  return problem(code, setting, says, fix);
}

function codeOf(error: unknown): RefusalCode {
  if (isOfPulumi(error)) return codeOfCommand(error);
  return error instanceof UserError ? error.code : "KALISI-UNFORESEEN";
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
    const [says = "", ...fix] = (isOfPulumi(error) ? reasonOfCommand : reasonOf)(error).split("\n");
    return [problem(codeOf(error), about, says, fix.at(-1) ?? "npm start says more")];
  }
}
