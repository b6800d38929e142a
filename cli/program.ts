import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { withCode, type RefusalCode } from "../config/refusals";

/** A file of `cli/commands`: it declares the command of its own name. */
interface CommandFile {
  /** @param root the project's root */
  readonly declare: (root: string) => CommandUnknownOpts;
}

/** Of what is not typed as a command takes it. */
export const wrongOption: RefusalCode = "KALISI-OPTION-WRONG";

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
        write(withCode(wrongOption, text));
      },
    })
    .showHelpAfterError("(--help lists what there is)")
    .enablePositionalOptions()
    .exitOverride();
  for (const name of names) {
    const { declare } = (await import(join(folder, name))) as CommandFile;
    program.addCommand(declare(root).copyInheritedSettings(program));
  }
  return program;
}
