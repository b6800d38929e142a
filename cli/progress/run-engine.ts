import type { EngineEvent } from "@pulumi/pulumi/automation";
import { progress, print } from "../output";
import type { UpdateOptions } from "../options";
import { UserError } from "../user-error";
import { ChangeTracker, type View } from "./changes";
import { codeOfCommand, FailureRecorder, reasonOfCommand } from "./failures";
import { startHeartbeat } from "./heartbeat";
import { LineView } from "./line-view";
import { LiveView } from "./live-view";
import { loadLogUpdate } from "./log-update.cjs";

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
  const view = shown === "changes" ? await openView() : undefined;
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

/** Drawn on a terminal that can, and whose output is not a log. */
async function openView(): Promise<View> {
  const { CI, NO_COLOR, TERM } = process.env;
  const stream = progress();
  if (!stream.isTTY || TERM === "dumb" || [CI, NO_COLOR].some((value) => value ?? "")) {
    return new LineView(print);
  }
  const { createLogUpdate } = await loadLogUpdate();
  const update = createLogUpdate(stream);
  const screen = Object.assign(
    (text: string) => {
      update(text);
    },
    {
      clear: () => {
        update.clear();
      },
      done: () => {
        update.done();
      },
      persist: (line: string) => {
        update.persist(line);
      },
    },
  );
  return new LiveView(screen, () => stream.columns);
}
