import type { EngineEvent } from "@pulumi/pulumi/automation";
import { FailureRecorder, reasonOfCommand } from "./failures";
import { startHeartbeat } from "./heartbeat";
import { progress } from "./output";
import { UserError } from "./user-error";

/** What the Automation API is to do with a command's output. */
export interface OutputOptions {
  readonly onOutput: (text: string) => void;
  readonly onError: (text: string) => void;
  /** Not to be left out by who wants events as well: the reason of a failure comes from them. */
  readonly onEvent: (event: EngineEvent) => void;
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
  const failures = new FailureRecorder();
  const stopHeartbeat = startHeartbeat(isShown ? "Pulumi" : undefined);
  try {
    return await command({
      onOutput: (text) => {
        if (isShown) progress().write(text);
      },
      onError: (text) => {
        if (isShown) process.stderr.write(text);
      },
      onEvent: failures.onEvent,
      // The dots that Pulumi prints while it waits.
      suppressProgress: true,
      color: progress().isTTY ? "always" : "never",
    });
  } catch (error) {
    throw new UserError(`${failure}:\n${failures.reason ?? reasonOfCommand(error)}`);
  } finally {
    stopHeartbeat();
  }
}
