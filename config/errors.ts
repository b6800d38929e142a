import { RunError } from "@pulumi/pulumi/errors";
import { printable } from "./quote";
import { withCode, type RefusalCode } from "./refusals";

/** One thing that is wrong with what the user gave us, and how to fix it. */
export interface Problem {
  /** Of which kind it is, whatever the words are. */
  readonly code: RefusalCode;
  /** The config key, file or environment variable, as the user would type it. */
  readonly setting: string;
  /** What it holds now. Left out where it is absent or secret. */
  readonly value?: string;
  /** What is wrong with it. */
  readonly problem: string;
  /** What to do: a command where there is one. */
  readonly fix: string;
}

/** Why the program declares nothing. Pulumi prints a RunError without a stack trace. */
export class Refusal extends RunError {
  constructor(code: RefusalCode, message: string) {
    super(withCode(code, message));
    this.name = "Refusal";
    // It is never shown, but Pulumi has util.inspect render it all the same, and Node 20.20 then spends
    // half a minute on a frame such as node_modules/@pulumi/resource.ts (markNodeModules never ends).
    delete this.stack;
  }
}

/** Mistakes in the user's input, all of them at once, each with its own code. */
export class ConfigError extends Refusal {
  constructor(readonly problems: readonly [Problem, ...Problem[]]) {
    super(problems[0].code, formatProblems(problems));
    this.name = "ConfigError";
  }
}

/** Renders problems for a terminal, a fix below each, so that the last line says what to do. */
function formatProblems(problems: readonly Problem[]): string {
  const heading =
    problems.length === 1
      ? "Nothing was changed: 1 setting needs attention."
      : `Nothing was changed: ${problems.length} settings need attention.`;
  const blocks = problems.map(({ code, setting, value, problem, fix }) => {
    const subject = value === undefined ? setting : `${setting} = ${shown(value)}`;
    return `  ${withCode(code, printable(`${subject}: ${problem}`))}\n    fix: ${printable(fix)}`;
  });
  return [heading, ...blocks].join("\n");
}

/** A value in quotes, its end left out where it is long. */
function shown(value: string): string {
  return JSON.stringify(value.length > longestShown ? `${value.slice(0, longestShown)}...` : value);
}

const longestShown = 120;

/** Throws a {@link ConfigError} when there is anything to report. */
export function throwIfAny([first, ...rest]: readonly Problem[]): void {
  if (first !== undefined) {
    throw new ConfigError([first, ...rest]);
  }
}

/** The short reason of a failed system call, for people. */
export function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  switch (code) {
    case "ENOENT":
      return "no such file or directory";
    case "EACCES":
      return "permission denied";
    case "EISDIR":
      return "it is a directory";
    case "ENOTDIR":
      return "a part of its path is no folder";
    case "EEXIST":
      return "there is something else of that name";
    case "ENAMETOOLONG":
      return "the name is too long";
    case "ELOOP":
      return "its links lead in a circle";
    case "EROFS":
      return "the file system can only be read";
    case "ENOSPC":
      return "no space is left on the disk";
    case "ECONNREFUSED":
      return "connection refused";
    // The words are OpenSSL's, with the place in its code.
    case "EPROTO":
      return "what answers there does not speak TLS, or not in a way that is known here";
    default:
      return (error instanceof Error ? error.message : String(error)).trim();
  }
}
