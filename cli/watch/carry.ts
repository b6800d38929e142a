import { setTimeout as delay } from "node:timers/promises";
import { print } from "../output";
import type { Edits } from "./edits";
import type { Outcome, Receiver } from "./receiver";
import type { Change, HostTree } from "./tree";

/** What the container has of the host's tree: the id of each file, by its path. */
export type Known = Map<string, string>;

/** From how many changes on more are to be expected. */
const many = 100;
const restMilliseconds = 500;

/** What start.sh says each time. */
const usual = /^start\.sh: (?:toolchain: .*|\S+ is ready|ready: .*)$/;

/**
 * What has to be done in the container for the host's tree to be there: by each path, the change, and the id of what the
 * container has then. All of the tree is compared, as the kernel loses events where there are many.
 */
export function compare(
  tree: HostTree,
  known: Known,
): ReadonlyMap<string, readonly [Change, string | undefined]> {
  const changes = new Map<string, readonly [Change, string | undefined]>();
  const here = new Set(tree.list());
  for (const path of here) {
    const found = tree.read(path);
    if (found !== undefined && found.id !== known.get(path)) {
      changes.set(path, [found.change, found.id]);
    }
  }
  for (const path of known.keys()) {
    // What the build is not given any more has not been removed.
    if (!here.has(path) && !tree.isIgnored(tree.pathHere(path))) {
      changes.set(path, [{ gone: path }, undefined]);
    }
  }
  return changes;
}

/** The same, once no more differs than a moment ago: to switch to another branch takes its time, and is one batch. */
export async function compareAtRest(tree: HostTree, known: Known) {
  let changes = compare(tree, known);
  for (let before = 0; changes.size > many && changes.size !== before;) {
    before = changes.size;
    await delay(restMilliseconds);
    changes = compare(tree, known);
  }
  return changes;
}

/** Carries what differs, and then each batch of edits, until the container's end of the stream is gone. */
export async function carryAll(
  tree: HostTree,
  receiver: Receiver,
  known: Known,
  edits: Edits,
): Promise<void> {
  const over = receiver.ended.then(() => undefined);
  let since: number | undefined;
  do {
    const end = await carryOnce(tree, receiver, known, since === undefined);
    if (end === "ended") return;
    if (end !== undefined) print(howItEnded(end, since));
    since = await Promise.race([edits.next(), over]);
  } while (since !== undefined);
}

/**
 * Carries what differs now.
 *
 * @param always whether to build even if nothing differs
 * @returns undefined if there was nothing to do
 */
async function carryOnce(
  tree: HostTree,
  receiver: Receiver,
  known: Known,
  always: boolean,
): Promise<Outcome["end"] | "ended" | undefined> {
  let changes;
  try {
    changes = await compareAtRest(tree, known);
  } catch (error) {
    // Of the file system, with its path; once it is mended, that is an edit.
    if (!(error instanceof Error && "syscall" in error)) throw error;
    return { problem: error.message };
  }
  if (changes.size === 0 && !always) return undefined;
  const end = await receiver.carry(
    [...changes.values()].map(([change]) => change),
    always,
    (line) => {
      if (!usual.test(line)) print(`  ${line}`);
    },
    tellPlaced,
  );
  if (end === undefined) return "ended";
  if (!("problem" in end)) {
    for (const [path, [, id]] of changes) {
      if (id === undefined) known.delete(path);
      else known.set(path, id);
    }
  }
  return end;
}

const shownPaths = 5;

function tellPlaced({ carried, conflicts, kept }: Omit<Outcome, "end">): void {
  if (carried.length > 0) print(`Carried: ${listed(carried)}`);
  for (const path of conflicts) {
    print(
      `Conflict: ${path} was edited in the container, too, and stays so there; this one is in /workspace/.kalisi/host, and /workspace/.kalisi/conflicts says what to do`,
    );
  }
  for (const path of kept) {
    print(`Not carried: ${path} was edited on one side and removed on the other; it stays so`);
  }
}

function listed(paths: readonly string[]): string {
  const more = paths.length - shownPaths;
  return paths.slice(0, shownPaths).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

/** @param since when the batch's first edit was seen; undefined of what was edited before */
function howItEnded(end: Outcome["end"], since: number | undefined): string {
  if ("problem" in end)
    return `Nothing was carried: ${end.problem}. The next edit is tried with it.`;
  if ("idle" in end) {
    return end.idle === "unchanged"
      ? "Nothing to build."
      : "Not built: the services were stopped inside, and ./start.sh there starts them.";
  }
  const { code, seconds } = end.built;
  const taken = `${seconds.toFixed(1)} s`;
  if (code !== 0)
    return `Not built, after ${taken}: what ran before stays. Waiting for the next edit.`;
  return since === undefined
    ? `The container has this tree, and is healthy after ${taken}.`
    : `Healthy ${((performance.now() - since) / 1000).toFixed(1)} s after the edit.`;
}
