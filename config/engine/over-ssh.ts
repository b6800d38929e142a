import { spawn } from "node:child_process";
import { once } from "node:events";
import { Agent, type ClientRequestArgs } from "node:http";
import type { Socket } from "node:net";
import { Readable, type Duplex } from "node:stream";
import { text } from "node:stream/consumers";
import { reasonOf } from "../errors";
import { quoted } from "../quote";

const connectSeconds = 30;

export function isSsh(uri: string): boolean {
  return uri.startsWith("ssh://");
}

/**
 * The words that reach a machine as the Docker client does: through OpenSSH itself, with the user's settings, keys and
 * known hosts. Nobody is there to answer a question: what would ask fails.
 *
 * @param uri @example "ssh://me@far:22"
 * @see https://github.com/docker/cli/blob/master/cli/connhelper/ssh/ssh.go
 */
export function sshWords(uri: string): readonly string[] {
  const { hostname, port, username } = new URL(uri);
  return [
    "ssh",
    ...["-o", "BatchMode=yes", "-o", `ConnectTimeout=${connectSeconds}`, "-T"],
    ...(username === "" ? [] : ["-l", decodeURIComponent(username)]),
    ...(port === "" ? [] : ["-p", port]),
    // An address of IPv6 is in brackets.
    ...["--", hostname.replace(/^\[|\]$/g, "")],
  ];
}

/** The Docker client on the other machine: a path of the address is that of its Engine's socket there. */
function clientWords(uri: string): readonly string[] {
  const { pathname } = new URL(uri);
  return ["docker", ...(/^\/?$/.test(pathname) ? [] : ["--host", `unix://${pathname}`])];
}

/** What to try by hand where an Engine on another machine does not answer. */
export function trySsh(uri: string): string {
  const words = [...sshWords(uri), ...clientWords(uri), "version"].map((word) =>
    /^[\w.:@=/-]+$/.test(word) ? word : quoted(word),
  );
  return words.join(" ");
}

/** Connections to an Engine on another machine, each by an `ssh` of its own. */
export class SshAgent extends Agent {
  constructor(private readonly uri: string) {
    super();
  }

  override createConnection(
    _: ClientRequestArgs,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): undefined {
    callback?.(
      null,
      connect([...sshWords(this.uri), ...clientWords(this.uri), "system", "dial-stdio"]),
    );
  }
}

/**
 * Connects to a program's input and output. They are one socket of the system's: a stream in its place, Node could not
 * put HTTP/2 on, which the Engine's builds ask for.
 */
function connect(words: readonly string[]): Socket {
  const child = spawn("sh", ["-c", 'exec "$@" <&3 >&3 3>&-', "-", ...words], {
    stdio: ["ignore", "ignore", "pipe", "pipe"],
  });
  const socket = child.stdio[3] as Socket;
  // Its "close" would wait for the end of the socket.
  const ended = Promise.all([once(child, "exit"), text(child.stderr ?? Readable.from([]))]).then(
    ([[code], said]) => (code === 0 ? undefined : new Error(reasonIn(said))),
    (error: unknown) => new Error(`ssh cannot be run: ${reasonOf(error)}`),
  );
  // How the socket ended is told once it is known why: else it is a "socket hang up" to whoever waits for an answer.
  const push = socket.push.bind(socket);
  socket.push = (chunk: unknown) => {
    if (chunk !== null) return push(chunk);
    void ended.then((reason) => (reason === undefined ? push(null) : socket.destroy(reason)));
    return false;
  };
  const destroy = socket._destroy.bind(socket);
  socket._destroy = (error: NodeJS.ErrnoException | null, done) => {
    if (error?.code === "EPIPE" || error?.code === "ECONNRESET") {
      void ended.then((reason) => {
        destroy(reason ?? error, done);
      });
    } else {
      destroy(error, done);
    }
  };
  return socket;
}

/** Of what a program has said, the last line: those before it may be a banner. */
function reasonIn(said: string): string {
  return (said.trim().split(/\r?\n/).at(-1) ?? "").replace(/\.$/, "");
}
