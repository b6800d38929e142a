import type { Change, View } from "./changes";
import { startHeartbeat } from "./heartbeat";
import { elapsedOf, summaryOf } from "./words";

/** How long a talkative change is left alone after a line of it, in milliseconds. */
const pause = 10_000;

/** For logs: a line when a resource begins to change, and one when it ends. */
export class LineView implements View {
  private readonly shownAt = new Map<string, number>();
  private readonly stopHeartbeat: () => void;

  /** @param label who is at work */
  constructor(
    private readonly write: (line: string) => void,
    label: string,
  ) {
    this.stopHeartbeat = startHeartbeat(label);
  }

  begins({ name, doing }: Change): void {
    this.shownAt.set(name, performance.now());
    this.write(`  ${name}: ${doing}`);
  }

  notes(change: Change): void {
    const { name, note = "", steps, isTalkative } = change;
    if (isTalkative && performance.now() - (this.shownAt.get(name) ?? 0) < pause) {
      return;
    }
    this.shownAt.set(name, performance.now());
    const count =
      steps.count === undefined ? "" : `${steps.count.done} of ${steps.count.known} steps, `;
    const prefix = isTalkative ? `${count}${elapsedOf(change)}: ` : "";
    this.write(`  ${name}: ${prefix}${note}`);
  }

  ends(change: Change, isFailure: boolean): void {
    const { name, done } = change;
    this.write(`  ${name}: ${isFailure ? "failed" : done} (${elapsedOf(change)})`);
  }

  warns(text: string): void {
    this.write(`warning: ${text}`);
  }

  sums(...[counts, seconds]: Parameters<View["sums"]>): void {
    this.write(summaryOf(counts, seconds));
  }

  close(): void {
    this.stopHeartbeat();
  }
}
