import type { EngineEvent } from "@pulumi/pulumi/automation";
import { progress } from "../output";
import type { UpdateOptions } from "../options";
import { UserError } from "../user-error";
import { ChangeTracker } from "./changes";
import { codeOfCommand, FailureRecorder, reasonOfCommand } from "./failures";
import { startHeartbeat } from "./heartbeat";
import { openView } from "./open-view";

/** What the Automation API is to do with a command's output. */
export interface OutputOptions {
  readonly onOutput: (text: string) => void;
  readonly onError: (text: string) => void;
  readonly onEvent: (event: EngineEvent) => void;
  readonly suppressProgress: true;
  readonly color: "always" | "never";
}

/** What people see of a command: what it changes, what Pulumi itself prints, or nothing. */
export type Shown = "changes" | "everything" | "nothing";

export function shownBy({ verbose }: UpdateOptions): Shown {
  return verbose === true ? "everything" : "changes";
}

/** How many of Pulumi's commands are running: what they have begun must be ended though the output is no longer read. */
let running = 0;

export function isEngineRunning(): boolean {
  return running > 0;
}

/**
 * Runs one of Pulumi's commands, showing how it goes.
 *
 * @param failure what the error begins with
 * @param onEvent hears the engine's events as well
 * @throws UserError with every reason in full
 */
export async function runEngine<T>(
  failure: string,
  shown: Shown,
  command: (options: OutputOptions) => Promise<T>,
  onEvent?: (event: EngineEvent) => void,
): Promise<T> {
  const failures = new FailureRecorder();
  const view = shown === "changes" ? await openView("Pulumi") : undefined;
  const changes = view === undefined ? undefined : new ChangeTracker(view);
  const stopHeartbeat = startHeartbeat(shown === "everything" ? "Pulumi" : undefined);
  running += 1;
  try {
    return await command({
      onOutput: (text) => {
        if (shown === "everything") progress().write(text);
      },
      onError: (text) => {
        if (shown === "everything") process.stderr.write(text);
      },
      onEvent: (event) => {
        failures.onEvent(event);
        changes?.onEvent(event);
        onEvent?.(event);
      },
      // The dots that Pulumi prints while it waits.
      suppressProgress: true,
      color: progress().isTTY ? "always" : "never",
    });
  } catch (error) {
    const [code, reason] =
      failures.reason === undefined
        ? [codeOfCommand(error), reasonOfCommand(error)]
        : [failures.code, failures.reason];
    throw new UserError(code, `${failure}:\n${reason}`);
  } finally {
    running -= 1;
    stopHeartbeat();
    view?.close();
  }
}
