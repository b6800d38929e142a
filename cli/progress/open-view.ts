import { print, progress } from "../output";
import type { View } from "./changes";
import { LineView } from "./line-view";
import { LiveView } from "./live-view";
import { loadLogUpdate } from "./log-update.cjs";

/**
 * Drawn on a terminal that can, and whose output is not a log; else in lines.
 *
 * @param label who is at work, for the line that says each half minute that it still is
 */
export async function openView(label: string): Promise<View> {
  const { CI, NO_COLOR, TERM } = process.env;
  const stream = progress();
  if (!stream.isTTY || TERM === "dumb" || [CI, NO_COLOR].some((value) => value ?? "")) {
    return new LineView(print, label);
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
