import { createInterface, type Interface, type ReadLineOptions } from "node:readline/promises";
import { Writable } from "node:stream";
import { progress } from "./output";

/**
 * Asks a question on the terminal.
 *
 * @returns what was typed; undefined where Ctrl-C or Ctrl-D has ended it
 */
export function ask(question: string): Promise<string | undefined> {
  const output = progress();
  return read({ input: process.stdin, output }, (terminal) => terminal.question(question));
}

/** {@link ask} for what nobody is to see: what is typed is not shown. */
export async function askHidden(question: string): Promise<string | undefined> {
  const nowhere = new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });
  // As on a terminal: otherwise the terminal itself would show what is typed.
  const options = { input: process.stdin, output: nowhere, terminal: true };
  try {
    return await read(options, (terminal) => {
      // Not before: until there is an interface, the terminal shows what is typed.
      progress().write(question);
      return terminal.question("");
    });
  } finally {
    progress().write("\n");
  }
}

async function read(
  options: ReadLineOptions,
  question: (terminal: Interface) => Promise<string>,
): Promise<string | undefined> {
  const terminal = createInterface(options);
  try {
    const ended = new Promise<undefined>((resolve) => {
      terminal.once("close", () => {
        resolve(undefined);
      });
    });
    return await Promise.race([question(terminal), ended]);
  } finally {
    terminal.close();
  }
}
