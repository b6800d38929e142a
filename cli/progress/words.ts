import { formatSeconds } from "../../config/duration";
import type { Change, Counts } from "./changes";

const outcomes: Readonly<Partial<Record<keyof Counts, string>>> = {
  create: "created",
  update: "updated",
  replace: "replaced",
  delete: "removed",
  kept: "kept",
  import: "taken over",
  same: "unchanged",
};

/** What an update has done, in a line: `Resources: 3 replaced, 13 unchanged (54 s)`. */
export function summaryOf(counts: Counts, seconds: number): string {
  const parts = Object.entries(outcomes).flatMap(([op, outcome]) => {
    const count = counts[op as keyof Counts] ?? 0;
    return count === 0 ? [] : [`${count} ${outcome}`];
  });
  return `Resources: ${parts.length === 0 ? "none" : parts.join(", ")} (${formatSeconds(seconds)})`;
}

/** How long a change has been in progress. */
export function elapsedOf({ began }: Change): string {
  return formatSeconds((performance.now() - began) / 1000);
}
