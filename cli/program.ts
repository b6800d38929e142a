import { Command, InvalidArgumentError, Option } from "commander";
import { checkStackName } from "../config/names";
import { env } from "./commands/env";
import { logs, type LogsOptions } from "./commands/logs";
import { preview, type PreviewOptions } from "./commands/preview";
import { pulumi } from "./commands/pulumi";
import { shell } from "./commands/shell";
import { start, type StartOptions } from "./commands/start";
import { status } from "./commands/status";
import { stop } from "./commands/stop";
import { sync, type SyncCommandOptions } from "./commands/sync";
import { test } from "./commands/test";
import { wipe, type WipeOptions } from "./commands/wipe";
import { reserveStdout } from "./output";
import type { UpdateOptions } from "./progress/run-engine";
import type { StackOption } from "./choose-stack";

const verbose = ["--verbose", "show all that Pulumi itself says"] as const;

/** Declares the commands behind `npm start`, `npm stop` and `npm run ...`. */
export function buildProgram(root: string): Command {
  const program = new Command("npm run")
    .description("Kalisi in one container")
    .showHelpAfterError("(--help lists what there is)")
    .enablePositionalOptions()
    .exitOverride()
    .hook("preAction", (_, command) => {
      if (command.opts<{ json?: boolean }>().json === true) {
        reserveStdout();
      }
    });

  const ofStack = (name: string, description: string) =>
    program
      .command(name)
      .description(description)
      .option(
        "--stack <name>",
        "the Pulumi stack (default: PULUMI_STACK, the selected one, dev)",
        stackName,
      );
  const withResult = (command: Command) =>
    command.option("--json", "print the result as JSON on stdout, and all else on stderr");

  withResult(ofStack("start", "set this machine up, then pulumi up"))
    .option("--build", "build the image anew, even if nothing changed")
    .option("--no-auto-start", "start the container with its services down")
    .addOption(
      new Option("--keys-from <file>", "public SSH keys that may log in, from a file")
        .argParser(once)
        .conflicts("authorizedKeys"),
    )
    .option("--authorized-keys <keys>", "public SSH keys that may log in, as text", once)
    .option("--adopt <volumes...>", "use a volume that is not this stack's, with what is on it")
    .option("--setup", "choose anew what set-up found on this machine")
    .option("--preview", "show what would change, and change nothing")
    .option("--yes", "accepted and without effect: nothing is asked")
    .option(...verbose)
    .action((options: StartOptions) => start(root, options));

  withResult(ofStack("stop", "pulumi destroy: the container goes, the volumes stay"))
    .option(...verbose)
    .action((options: UpdateOptions) => stop(root, options));

  withResult(ofStack("preview", "show what npm start would change, and check it by policy"))
    .option("--base <ref>", "what changes from another revision on, for a stack made for it", once)
    .option("--markdown <file>", "write that as a pull request's comment", once)
    .action((options: PreviewOptions) => preview(root, options));

  withResult(ofStack("status", "how the container is, and what it was made from")).action(
    (options: StackOption) => status(root, options),
  );

  ofStack("logs", "the container's log")
    .argument("[services...]", "whose lines to show (default: everybody's)")
    .option("-f, --follow", "go on until Ctrl-C")
    .option("-n, --tail <lines>", "only the last lines", wholeNumber)
    .action((services: string[], options: LogsOptions) => logs(root, services, options));

  ofStack("shell", "a shell in the container as user kalisi, or a command")
    .argument("[command...]", "run without a shell in between; its exit code is passed on")
    .passThroughOptions()
    .action((command: string[], options: StackOption) => shell(root, command, options));

  withResult(ofStack("sync", "bring the source tree to the newest commit of its repository"))
    .option("--discard", "throw away what is edited or committed there and nowhere else")
    .action((options: SyncCommandOptions) => sync(root, options));

  withResult(ofStack("wipe", "remove the container and its volumes, with all data"))
    .option("--confirm <name>", "the stack's name, instead of typing it when asked", once)
    .option(...verbose)
    .action((options: WipeOptions) => wipe(root, options));

  ofStack("env", "make the source tree's .env, or check the one that is there").action(
    (options: StackOption) => env(root, options),
  );

  program
    .command("pulumi")
    .description("run the Pulumi CLI that set-up chose")
    .allowUnknownOption()
    .helpOption(false)
    .argument("[args...]")
    .action((args: string[]) => pulumi(root, args));

  program
    .command("test")
    .description("every test, unit to end-to-end")
    .argument("[names...]", "the checks to run (default: all)")
    .action((names: string[]) => test(root, names));

  return program;
}

/** Of an option that is given twice, commander takes the last without a word. */
function once(text: string, before: string | undefined): string {
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

function wholeNumber(text: string, before: number | undefined): number {
  if (!/^\d+$/.test(text)) {
    throw new InvalidArgumentError("Expected a number of lines.");
  }
  return Number(once(text, before?.toString()));
}
