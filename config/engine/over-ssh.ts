import { spawn } from "node:child_process";
import { Agent, type ClientRequestArgs } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { openShared, reasonOfEnd } from "./ssh-connection";
import { clientWords, sshWords } from "./ssh-words";

/** How long a session stays that nobody uses. */
const idleMilliseconds = 1000;

/** Connections to an Engine on another machine, each by an `ssh` of its own; these share one where they can. */
export class SshAgent extends Agent {
  /** @param sshOptions further ones of OpenSSH's */
  constructor(
    private readonly uri: string,
    private readonly sshOptions: readonly string[],
  ) {
    // Each session takes the other machine a shell and a client, so that one that follows soon has it; the machine
    // allows a connection few of them at a time, ten by sshd's default, and all programs of a run share those.
    super({ keepAlive: true, maxFreeSockets: 1, timeout: idleMilliseconds });
  }

  override createConnection(
    _: ClientRequestArgs,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): undefined {
    const words = [
      ...sshWords(this.uri, this.sshOptions),
      ...clientWords(this.uri),
      ...["system", "dial-stdio"],
    ];
    openShared(this.uri, this.sshOptions).then(
      () => callback?.(null, connect(words)),
      // There is none in this case.
      (error: unknown) => callback?.(error as Error, undefined as unknown as Duplex),
    );
    return undefined;
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
  // What waits for an answer holds the socket: one that is kept for the next question must not hold this process.
  child.unref();
  (child.stderr as Socket | null)?.unref();
  const ending = reasonOfEnd(child);
  const ended = () => {
    // The socket is at its end, and holds this process no more.
    child.ref();
    (child.stderr as Socket | null)?.ref();
    return ending;
  };
  // How the socket ended is told once it is known why: else it is a "socket hang up" to whoever waits for an answer.
  const push = socket.push.bind(socket);
  socket.push = (chunk: unknown) => {
    if (chunk !== null) return push(chunk);
    void ended().then((reason) => (reason === undefined ? push(null) : socket.destroy(reason)));
    return false;
  };
  const destroy = socket._destroy.bind(socket);
  socket._destroy = (error: NodeJS.ErrnoException | null, done) => {
    if (error?.code === "EPIPE" || error?.code === "ECONNRESET") {
      void ended().then((reason) => {
        destroy(reason ?? error, done);
      });
    } else {
      destroy(error, done);
    }
  };
  return socket;
}
