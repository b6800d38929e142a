import type { Change, View } from "./changes";
import { openView } from "./open-view";

/** How far a task of several steps has come. */
export interface Steps {
  /** Another step begins. */
  next(name: string): void;
  /** What there is to say of the step by now, such as how much was copied. */
  note(text: string): void;
}

/** How often a note is shown anew, in milliseconds. */
const interval = 200;

/**
 * Shows people how a task goes: its steps as a bar on a terminal, else in lines.
 *
 * @param words its name, and what is done to it, such as `writing`, and what it then is, such as `written`
 * @param known how many steps it has
 */
export async function showTask<T>(
  words: Pick<Change, "name" | "doing" | "done">,
  known: number,
  run: (steps: Steps) => Promise<T>,
): Promise<T> {
  const view = await openView(words.name);
  let done = -1;
  let step = "";
  let noted = 0;
  const began = performance.now();
  const change = (note?: string, isTalkative = true): Change => ({
    ...words,
    began,
    isTalkative,
    steps: { count: { done: Math.max(done, 0), known } },
    note,
  });
  view.begins(change());
  let isFailure = true;
  try {
    const result = await run({
      next: (name) => {
        done += 1;
        step = name;
        view.notes(change(name, false));
      },
      note: (text) => {
        if (performance.now() - noted < interval) return;
        noted = performance.now();
        view.notes(change(`${step}, ${text}`));
      },
    });
    isFailure = false;
    return result;
  } finally {
    end(view, change(), isFailure);
  }
}

function end(view: View, change: Change, isFailure: boolean): void {
  view.ends(change, isFailure);
  view.close();
}
