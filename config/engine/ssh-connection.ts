import { accessSync, constants, mkdirSync } from "node:fs";
import { userInfo } from "node:os";
import { dirname, join } from "node:path";

/** How long a connection stays that nobody uses: a command soon after has it at once. */
const idleSeconds = 60;

/** From the user's home folder on. */
const socketPath = ".cache/kalisi/ssh-%C";

/** What the system takes as a socket's path: https://man7.org/linux/man-pages/man7/unix.7.html */
const longestPath = 107;
/** OpenSSH's name of a connection, and what it adds while it makes the socket, or the name of a socket beside it does. */
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

/** Whether options let sessions share a connection. */
export function areShared(options: readonly string[]): boolean {
  return options.includes("ControlMaster=auto");
}
