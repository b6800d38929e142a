import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { watch } from "chokidar";
import { UserError } from "../user-error";
import type { HostTree } from "./tree";

/** How long nothing may happen before what has happened is one batch. */
const quietMilliseconds = 100;
/** For what is written all the time. */
const longestMilliseconds = 10_000;

/** Tells when something has happened, and then nothing for a moment. */
export class Edits {
  private first: number | undefined;
  private last = 0;
  private failure: Error | undefined;
  private wake = (): void => undefined;

  /** Something has happened now. */
  note(): void {
    this.last = performance.now();
    this.first ??= this.last;
    this.wake();
  }

  /** From now on nobody would note what happens. */
  fail(error: Error): void {
    this.failure = error;
    this.wake();
  }

  /** Waits for the next batch: the moment at which its first edit was seen, by `performance.now`. */
  async next(): Promise<number> {
    for (;;) {
      if (this.failure !== undefined) throw this.failure;
      const { first, last } = this;
      if (first === undefined) {
        await new Promise<void>((resolve) => (this.wake = resolve));
        continue;
      }
      const end = Math.min(last + quietMilliseconds, first + longestMilliseconds);
      const left = end - performance.now();
      if (left <= 0) {
        this.first = undefined;
        return first;
      }
      await delay(left);
    }
  }
}

/**
 * Watches the tree, and notes when something happens in it.
 *
 * @returns once all of it is watched: what ends it
 * @throws UserError where the kernel watches no more files; {@link Edits} fails where it does so later
 */
export function watchTree(tree: HostTree, edits: Edits): Promise<() => Promise<void>> {
  const watcher = watch(tree.folder, {
    ignored: tree.isIgnored,
    ignoreInitial: true,
    followSymlinks: false,
    // What is there counts, whatever the events are called.
    atomic: false,
  });
  const note = () => {
    edits.note();
  };
  watcher.on("all", note);
  // Of a mode alone, or of a link that leads nowhere, chokidar makes no event of its own.
  watcher.on("raw", note);
  return new Promise((resolve, reject) => {
    watcher.once("ready", () => {
      resolve(() => watcher.close());
    });
    watcher.on("error", (error) => {
      const limited = limitOf((error as NodeJS.ErrnoException).code);
      // What else cannot be watched cannot be read, which is told there.
      if (limited === undefined) {
        note();
        return;
      }
      void watcher.close();
      edits.fail(limited);
      reject(limited);
    });
  });
}

/** https://man7.org/linux/man-pages/man7/inotify.7.html */
function limitOf(code: string | undefined): UserError | undefined {
  const limits = {
    ENOSPC: ["max_user_watches", 524_288],
    EMFILE: ["max_user_instances", 512],
  } as const;
  if (code !== "ENOSPC" && code !== "EMFILE") return undefined;
  const [name, value] = limits[code];
  return new UserError(
    "KALISI-WATCH-LIMIT",
    `The source tree has more files than the kernel watches for you (${code}): fs.inotify.${name} is ${valueOf(name)}\nRaise it: sudo sysctl fs.inotify.${name}=${value}`,
  );
}

function valueOf(name: string): string {
  try {
    return readFileSync(`/proc/sys/fs/inotify/${name}`, "utf8").trim();
  } catch {
    return "not known here";
  }
}
