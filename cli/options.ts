import { InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { checkStackName } from "../config/names";

/** The option that every command of a stack has. */
export interface StackOption {
  readonly stack?: string | undefined;
}

/** The options of every command that changes a stack. */
export interface UpdateOptions extends StackOption {
  readonly verbose?: true | undefined;
}

/** Which stack a command is about: {@link StackOption}. */
export const stackOption = () =>
  new Option(
    "--stack <name>",
    "the Pulumi stack (default: PULUMI_STACK, the selected one, dev)",
  ).argParser(stackName);

/** For a command that has a result for programs; it prints that with `printResult`. */
export const jsonOption = () =>
  new Option("--json", "print the result as JSON on stdout, and all else on stderr");

export const verboseOption = () => new Option("--verbose", "show all that Pulumi itself says");

/**
 * Takes an option's text as it is, but once: of an option that is given twice, commander takes the last without a word.
 *
 * @throws InvalidArgumentError where it is given twice
 */
export function once(text: string, before: string | undefined): string {
  if (before !== undefined) {
    throw new InvalidArgumentError(`It is given twice: ${before} and ${text}.`);
  }
  return text;
}

function stackName(text: string, before: string | undefined): string {
  const problem = checkStackName(text);
  if (problem !== undefined) {
    throw new InvalidArgumentError(problem);
  }
  return once(text, before);
}
