import { startHeartbeat } from "./heartbeat";
import { progress } from "./output";
import { UserError } from "./user-error";

/** A problem and its fix. */
const reasonLines = 2;

/** What the Automation API is to do with a command's output. */
export interface OutputOptions {
  readonly onOutput: (text: string) => void;
  readonly onError: (text: string) => void;
  readonly suppressProgress: true;
  readonly color: "always" | "never";
}

/**
 * Runs one of Pulumi's commands, showing its output as it comes.
 *
 * @param failure what the error begins with
 * @throws UserError with the reason
 */
export async function runEngine<T>(
  failure: string,
  command: (options: OutputOptions) => Promise<T>,
  { isShown = true }: { readonly isShown?: boolean } = {},
): Promise<T> {
  let output = "";
  const stopHeartbeat = startHeartbeat(isShown ? "Pulumi" : undefined);
  try {
    return await command({
      onOutput: (text) => {
        output += text;
        if (isShown) progress().write(text);
      },
      onError: (text) => {
        if (isShown) process.stderr.write(text);
      },
      // The dots that Pulumi prints while it waits.
      suppressProgress: true,
      color: progress().isTTY ? "always" : "never",
    });
  } catch {
    throw new UserError(`${failure}:\n${reasonOf(output)}`);
  } finally {
    stopHeartbeat();
  }
}

/**
 * The end of Pulumi's diagnostics: what is wrong and what to do. Pulumi prints a summary after it, and
 * the last line should be the most useful one.
 */
function reasonOf(output: string): string {
  const diagnostics = output
    .split("Diagnostics:")
    .at(-1)
    ?.split(/^(?:Outputs|Resources):/m)[0];
  return (diagnostics ?? "").trimEnd().split("\n").slice(-reasonLines).join("\n");
}
