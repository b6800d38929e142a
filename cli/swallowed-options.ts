import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { quoted } from "../config/quote";
import { UsageError } from "./user-error";

/** npm's own meaning of short options that commands here have as well. */
const shortOptions: Readonly<Record<string, string>> = { "-f": "force", "-n": "yes" };

/** What npm runs without `run` before it. */
const verbs = new Set(["start", "stop", "test"]);

/**
 * Refuses options that were typed without `--` before them: npm keeps those for itself, and the command would
 * do something else than what was asked for. npm hands what it kept on as variables:
 * https://docs.npmjs.com/cli/v10/using-npm/config#environment-variables
 *
 * @param environment as npm has made it
 * @throws UsageError with how to type it
 */
export function refuseSwallowed(
  root: string,
  command: CommandUnknownOpts,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
): void {
  const kept = command.options.flatMap(({ long, short, negate, required, optional }) => {
    const name = [
      (long ?? "").replace(/^--(?:no-)?/, "").replaceAll("-", "_"),
      shortOptions[short ?? ""],
    ].find((each) => each !== undefined && environment[`npm_config_${each}`] !== undefined);
    if (name === undefined || isConfigured(root, name, environment)) {
      return [];
    }
    const value = environment[`npm_config_${name}`] ?? "";
    // What is a switch to npm but not here had its value behind a blank: that is among the arguments.
    const given = /^(?:true|false|)$/.test(value) ? (args[0] ?? "VALUE") : value;
    const takesValue = !negate && (required || optional);
    const typed = /^[\w.,:/@~+-]+$/.test(given) ? given : quoted(given);
    return [`${long ?? ""}${takesValue ? ` ${typed}` : ""}`];
  });
  if (kept.length > 0) {
    const verb = command.name();
    const typed = `npm ${verbs.has(verb) ? "" : "run "}${verb} -- ${kept.join(" ")}`;
    throw new UsageError(
      "KALISI-OPTION-SWALLOWED",
      `Nothing was done: npm keeps options for itself unless -- comes before them: ${kept.join(" ")}\nType: ${typed}`,
    );
  }
}

/** Whether the user's npm has it for every command, by one of its files. */
function isConfigured(root: string, name: string, environment: NodeJS.ProcessEnv): boolean {
  const files = [
    join(root, ".npmrc"),
    environment["npm_config_userconfig"],
    environment["npm_config_globalconfig"],
  ];
  const line = new RegExp(`^\\s*${name.replaceAll("_", "[-_]")}\\s*(?:=|$)`, "m");
  return files.some(
    (file) => file !== undefined && existsSync(file) && line.test(readFileSync(file, "utf8")),
  );
}
