import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { hostname, uptime } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { lockFolder } from "../config/engine/state-file";
import { print } from "./output";
import { isRunning } from "./process";
import { UserError } from "./user-error";

/** https://github.com/pulumi/pulumi/blob/master/pkg/backend/diy/lock.go */
const contentSchema = z.object({
  pid: z.int().positive(),
  username: z.string(),
  hostname: z.string(),
  timestamp: z.iso.datetime({ offset: true }),
});

/** What Pulumi leaves while it changes a stack, and when it is killed. */
interface Lock {
  readonly path: string;
  readonly made: Date;
  /** Unset: the file is damaged. */
  readonly by?: z.output<typeof contentSchema>;
}

/**
 * Removes the locks of a stack whose processes are gone, and says so.
 *
 * @returns those that are left, in words
 */
export function releaseLocks(root: string, stack: string): readonly string[] {
  return locksOf(root, stack).flatMap((lock) => {
    if (isAtWork(lock)) {
      return [inWords(lock)];
    }
    // The backend writes a second file beside each: https://github.com/google/go-cloud/blob/master/blob/fileblob/attrs.go
    for (const file of [lock.path, `${lock.path}.attrs`]) rmSync(file, { force: true });
    print(`Released stack ${stack}, which was locked by ${inWords(lock)}: that has ended`);
    return [];
  });
}

/** Those of a stack, in words: held by whoever is at work, or left by who has ended. */
export function describeLocks(
  root: string,
  stack: string,
): { readonly held: readonly string[]; readonly released: readonly string[] } {
  const locks = locksOf(root, stack);
  const words = (atWork: boolean) => locks.filter((lock) => isAtWork(lock) === atWork).map(inWords);
  return { held: words(true), released: words(false) };
}

/**
 * Makes sure that a stack can be changed: {@link releaseLocks}.
 *
 * @param failure what the error begins with
 * @throws UserError where somebody else is changing it
 */
export function requireFree(root: string, stack: string, failure: string): void {
  const left = releaseLocks(root, stack);
  if (left.length > 0) {
    throw new UserError(
      "KALISI-STACK-LOCKED",
      `${failure}:\nstack ${stack} is locked by ${left.join(" and ")}.\nWait for its end; if you are sure that it is no longer at work: ${cancelCommand(stack)}`,
    );
  }
}

/** What frees a stack of every lock. */
export function cancelCommand(stack: string): string {
  return `npm run pulumi -- cancel --yes --stack ${stack}`;
}

function locksOf(root: string, stack: string): readonly Lock[] {
  const folder = lockFolder(root, stack, process.env);
  return folder === undefined || !existsSync(folder) || !statSync(folder).isDirectory()
    ? []
    : readdirSync(folder)
        .filter((name) => name.endsWith(".json"))
        .flatMap((name) => readLock(join(folder, name)) ?? []);
}

/** Undefined where it has just gone. */
function readLock(path: string): Lock | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) {
    return undefined;
  }
  try {
    const by = contentSchema.parse(JSON.parse(readFileSync(path, "utf8")));
    return { path, made: new Date(by.timestamp), by };
  } catch {
    return { path, made: stats.mtime };
  }
}

function inWords({ made, by }: Lock): string {
  const since = `since ${made.toISOString().replace(/T(.+)\..*/, " $1 UTC")}`;
  return by === undefined
    ? `somebody unknown, ${since}`
    : `process ${by.pid} of ${by.username} on ${by.hostname}, ${since}`;
}

/** A process begins before its lock is made. As far as the times of both are known to be apart, in milliseconds. */
const inaccuracy = 2000;

/** Whether there may be somebody who still needs a lock. */
function isAtWork({ made, by }: Lock): boolean {
  const latest = made.getTime() + inaccuracy;
  if (by === undefined) {
    return Date.now() - uptime() * 1000 <= latest;
  }
  if (by.hostname !== hostname()) {
    return true;
  }
  return isRunning(by.pid) && (beganAt(by.pid) ?? 0) <= latest;
}

/** Linux reports times to programs in hundredths of a second: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
const ticksPerSecond = 100;

/**
 * When a process began, in milliseconds since 1970: numbers are given again. Undefined where that cannot be known;
 * never, where it has ended and its parent has not asked how.
 */
function beganAt(pid: number): number | undefined {
  try {
    const [, rest = ""] = /^.*\) (.*)$/s.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
    const fields = rest.split(" ");
    const [, boot] = /^btime (\d+)$/m.exec(readFileSync("/proc/stat", "utf8")) ?? [];
    return /[ZX]/.test(fields[0] ?? "")
      ? Infinity
      : (Number(boot) + Number(fields[19]) / ticksPerSecond) * 1000;
  } catch {
    return undefined;
  }
}
