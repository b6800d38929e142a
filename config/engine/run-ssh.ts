import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { reasonOf } from "../errors";

/** OpenSSH's exit code where it has failed itself, and not what it runs: https://man.openbsd.org/ssh#EXIT_STATUS */
const ownFailure = 255;

/** How an `ssh` has ended. */
export interface SshEnd {
  /** What it has printed. */
  readonly printed: string;
  /** Why it, or what it ran, has failed; undefined where neither has. */
  readonly reason: Error | undefined;
  /** Whether it was OpenSSH that failed, and not what it ran. */
  readonly isLost: boolean;
}

/** @param words the program, and what it is given */
export function runSsh([program = "", ...words]: readonly string[]): Promise<SshEnd> {
  return endOf(spawn(program, words, { stdio: ["ignore", "pipe", "pipe"] }));
}

/** How a running `ssh` ends, once it has. */
export function endOf(child: ChildProcess): Promise<SshEnd> {
  const all = (stream: Readable | null) => text(stream ?? Readable.from([]));
  // Its "close" would wait for the end of every socket.
  return Promise.all([once(child, "exit"), all(child.stdout), all(child.stderr)]).then(
    ([[code], printed, said]) => ({
      printed,
      reason:
        code === 0 ? undefined : new Error(`ssh: ${lastLine(said) || "the connection was lost"}`),
      isLost: code === ownFailure,
    }),
    (error: unknown) => ({
      printed: "",
      reason: new Error(`ssh: it cannot be run: ${reasonOf(error)}`),
      isLost: true,
    }),
  );
}

/** Of what OpenSSH has said, without its name; the lines before it may be a banner. */
function lastLine(said: string): string {
  return (said.trim().split(/\r?\n/).at(-1) ?? "").replace(/^ssh: |\.$/g, "");
}
