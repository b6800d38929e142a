import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants, mkdirSync } from "node:fs";
import { userInfo } from "node:os";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { reasonOf } from "../errors";
import { sshWords } from "./ssh-words";

/** How long a connection stays that nobody uses: a command soon after has it at once. */
const idleSeconds = 60;

/** From the user's home folder on. */
const socketPath = ".cache/kalisi/ssh-%C";

/** What the system takes as a socket's path: https://man7.org/linux/man-pages/man7/unix.7.html */
const longestPath = 107;
/** OpenSSH's name of a connection, and what it adds while it makes the socket. */
const nameLength = 40 + 17;

/**
 * OpenSSH's options by which a connection that is lost is noticed, and by which all sessions with one machine share one,
 * those of the plugin as well; that is left out where its socket has no place. They are the same texts for everybody, as
 * the state has them.
 *
 * @see https://man.openbsd.org/ssh_config#ControlMaster
 */
export function connectionOptions(home = userInfo().homedir): readonly string[] {
  const path = join(home, socketPath);
  const fits = path.length - "%C".length + nameLength <= longestPath;
  return [
    ...["-o", "ServerAliveInterval=15"],
    ...(fits && hasPlace(dirname(path))
      ? [
          ...["-o", "ControlMaster=auto", "-o", `ControlPath=~/${socketPath}`],
          ...["-o", `ControlPersist=${idleSeconds}`],
        ]
      : []),
  ];
}

function hasPlace(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    accessSync(folder, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

const opened = new Map<string, Promise<void>>();

/**
 * Opens the connection that the sessions with a machine share, if they do, once in a process: of several that are begun
 * at the same time, each would open one. On a terminal OpenSSH may ask its user, for a passphrase or whether a host is known.
 *
 * @throws Error with OpenSSH's reason
 */
export function openShared(uri: string, options: readonly string[]): Promise<void> {
  if (!options.includes("ControlMaster=auto")) return Promise.resolve();
  const before = opened.get(uri);
  if (before !== undefined) return before;
  const opening = open(uri, options);
  opened.set(uri, opening);
  opening.catch(() => opened.delete(uri));
  return opening;
}

async function open(uri: string, options: readonly string[]): Promise<void> {
  const [program = "", ...words] = sshWords(uri, options);
  if ((await run(program, "-O", "check", ...words)) === undefined) return;
  const asking = process.stdin.isTTY ? ["-o", "BatchMode=no"] : [];
  // The word is one of every shell's. Without a command, whoever comes second to open one would stay beside it.
  const reason = await run(program, ...asking, ...words, "exit");
  if (reason !== undefined) throw reason;
}

function run(program: string, ...words: readonly string[]): Promise<Error | undefined> {
  return reasonOfEnd(spawn(program, words, { stdio: ["ignore", "ignore", "pipe"] }));
}

/** Why an `ssh` has failed, once it has ended; undefined where it has not. */
export function reasonOfEnd(child: ChildProcess): Promise<Error | undefined> {
  // Its "close" would wait for the end of every socket.
  return Promise.all([once(child, "exit"), text(child.stderr ?? Readable.from([]))]).then(
    ([[code], said]) =>
      code === 0 ? undefined : new Error(`ssh: ${lastLine(said) || "the connection was lost"}`),
    (error: unknown) => new Error(`ssh: it cannot be run: ${reasonOf(error)}`),
  );
}

/** Of what OpenSSH has said, without its name; the lines before it may be a banner. */
function lastLine(said: string): string {
  return (said.trim().split(/\r?\n/).at(-1) ?? "").replace(/^ssh: |\.$/g, "");
}
