import type { Change, View } from "./changes";
import { elapsedOf, summaryOf } from "./words";

/** A part of the terminal that is drawn again and again, with lines above it that stay. */
export interface Screen {
  (text: string): void;
  clear(): void;
  /** Ends the drawing: the cursor is there again. */
  done(): void;
  persist(line: string): void;
}

/** How often the times are drawn again, in milliseconds. */
const interval = 1000;

const barWidth = 12;

/** For terminals: a line for each resource that is changing, drawn again as it proceeds; what has ended stays above. */
export class LiveView implements View {
  private readonly changes = new Map<string, Change>();
  private readonly timer: NodeJS.Timeout;

  /** @param columns how wide the terminal is at that moment */
  constructor(
    private readonly screen: Screen,
    private readonly columns: () => number,
  ) {
    this.timer = setInterval(() => {
      this.draw();
    }, interval);
  }

  begins(change: Change): void {
    this.changes.set(change.name, change);
    this.draw();
  }

  notes(change: Change): void {
    this.changes.set(change.name, change);
    if (change.isTalkative) {
      this.draw();
    } else {
      this.stay(`  ${change.name}: ${change.note ?? ""}`);
    }
  }

  ends(change: Change, isFailure: boolean): void {
    const { name, done } = change;
    this.changes.delete(name);
    this.stay(
      `${isFailure ? "✘" : "✔"} ${name}: ${isFailure ? "failed" : done} (${elapsedOf(change)})`,
    );
  }

  warns(text: string): void {
    this.stay(`warning: ${text}`);
  }

  sums(...[counts, seconds]: Parameters<View["sums"]>): void {
    this.stay(summaryOf(counts, seconds));
  }

  close(): void {
    clearInterval(this.timer);
    this.screen.clear();
    this.screen.done();
  }

  private stay(line: string): void {
    this.screen.clear();
    this.screen.persist(line);
    this.draw();
  }

  private draw(): void {
    const width = Math.max(this.columns() - 1, 1);
    this.screen(
      [...this.changes.values()].map((change) => lineOf(change).slice(0, width)).join("\n"),
    );
  }
}

function lineOf(change: Change): string {
  const { name, doing, note, steps } = change;
  const { count } = steps;
  const parts = [
    `  ${name}: ${doing}`,
    ...(count === undefined ? [] : [`${bar(count)} ${count.done}/${count.known}`]),
    elapsedOf(change),
    ...(note === undefined ? [] : [note]),
  ];
  return parts.join("  ");
}

function bar({ done, known }: { readonly done: number; readonly known: number }): string {
  const filled = Math.round((done / known) * barWidth);
  return "█".repeat(filled) + "░".repeat(barWidth - filled);
}
