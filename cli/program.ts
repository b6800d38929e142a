import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { withCode } from "../config/refusals";
import { reserveStdout } from "./output";

/** A file of `cli/commands`: it declares the command of its own name. */
interface CommandFile {
  /** @param root the project's root */
  readonly declare: (root: string) => CommandUnknownOpts;
}

const folder = join(__dirname, "commands");

/** What can be typed after `npm run`: a file in `cli/commands` each. */
export const commandNames: readonly string[] = readdirSync(folder).map((file) =>
  basename(file, ".ts"),
);

/**
 * Declares the commands behind `npm start`, `npm stop` and `npm run ...`.
 *
 * @param names of those that are to be there: each takes its time to load
 */
export async function buildProgram(
  root: string,
  names: readonly string[] = commandNames,
): Promise<CommandUnknownOpts> {
  const program: CommandUnknownOpts = new Command("npm run")
    .description("Kalisi in one container")
    .configureOutput({
      outputError: (text, write) => {
        write(withCode("KALISI-OPTION-WRONG", text));
      },
    })
    .showHelpAfterError("(--help lists what there is)")
    .enablePositionalOptions()
    .exitOverride()
    .hook("preAction", (_, command) => {
      if (command.opts()["json"] === true) {
        reserveStdout();
      }
    });
  for (const name of names) {
    const { declare } = (await import(join(folder, name))) as CommandFile;
    program.addCommand(declare(root).copyInheritedSettings(program));
  }
  return program;
}
