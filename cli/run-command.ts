import { join, relative } from "node:path";
import { inspect } from "node:util";
import { CommanderError } from "@commander-js/extra-typings";
import { Refusal } from "../config/errors";
import { localFolder } from "../config/local-folder";
import { codesIn, withCode } from "../config/refusals";
import { replaceFile } from "../config/replace-file";
import { codeOfCommand, isOfPulumi, reasonOfCommand } from "./progress/failures";
import { printResult, reserveStdout } from "./output";
import { buildProgram, commandNames, wrongOption } from "./program";
import { unusablePackages } from "./packages.cjs";
import { refuseSwallowed } from "./swallowed-options";
import { UserError } from "./user-error";

/** What the README promises. */
const exitCodes = { done: 0, failed: 1, wrongUsage: 2 } as const;

/**
 * Runs a command to its end, and reports what went wrong.
 *
 * @param args the command's name and what follows it
 * @returns the exit code, where the command itself has set none
 */
export async function runCommand(root: string, args: readonly string[]): Promise<number> {
  try {
    const [name, ...rest] = withoutMark(args, process.env);
    const isKnown = name !== undefined && commandNames.includes(name);
    const program = await buildProgram(root, isKnown ? [name] : commandNames);
    const command = program.commands.find((each) => each.name() === name);
    if (command !== undefined) {
      // Before anything is refused: who reads the result is to find that there, too.
      if (rest.includes("--json") && command.options.some(({ long }) => long === "--json")) {
        reserveStdout();
      }
      refuseSwallowed(root, command, rest, process.env);
    }
    await program.parseAsync([...(name === undefined ? [] : [name]), ...rest], { from: "user" });
    return exitCodes.done;
  } catch (error) {
    if (error instanceof CommanderError) {
      // It has told people what is wrong, or printed the help.
      if (error.exitCode === 0) return exitCodes.done;
      printResult({ error: error.message.replace(/^error: /, ""), code: wrongOption });
      return exitCodes.wrongUsage;
    }
    const reason = shown(root, error);
    console.error(reason);
    const [code, ...more] = codesIn(reason);
    printResult({ error: reason, code: more.length === 0 ? code : [code, ...more] });
    return error instanceof UserError ? error.exitCode : exitCodes.failed;
  }
}

/** What people are shown of an error, its code included. */
function shown(root: string, error: unknown): string {
  if (error instanceof UserError) {
    return error.shown;
  }
  return error instanceof Refusal ? error.message : unexpected(root, error);
}

/**
 * Leaves out the `--` after the command's name that npm takes away, and pnpm and newer versions of yarn hand on:
 * https://pnpm.io/cli/run, https://yarnpkg.com/cli/run
 */
function withoutMark(args: readonly string[], environment: NodeJS.ProcessEnv): readonly string[] {
  const [name, mark] = args;
  const isHandedOn = /^(?:pnpm|yarn)\//.test(environment["npm_config_user_agent"] ?? "");
  return name !== undefined && mark === "--" && isHandedOn ? [name, ...args.slice(2)] : args;
}

/** An unforeseen error, in words: where it happened is for whoever fixes it, and goes to a file. */
function unexpected(root: string, error: unknown): string {
  const words = reasonOfCommand(error);
  if (isOfPulumi(error)) {
    return withCode(codeOfCommand(error), words);
  }
  // The compiler is a program for this kind of machine, which a copied folder may have for another one.
  if (isOfPackages(error) || /needed by esbuild|esbuild for another platform/.test(words)) {
    return withCode("KALISI-SETUP-NPM", unusablePackages(words));
  }
  const reason = withCode("KALISI-UNFORESEEN", words);
  const file = join(localFolder(root), "error.txt");
  try {
    replaceFile(file, `${inspect(error)}\n`);
    return `${reason}\nWhere it happened is in ${relative(process.cwd(), file)}`;
  } catch {
    return reason;
  }
}

function isOfPackages(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "MODULE_NOT_FOUND";
}
