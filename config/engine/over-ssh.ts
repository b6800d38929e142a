import { spawn } from "node:child_process";
import { Agent, type ClientRequestArgs } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { connectTo, forwardEngine, lostConnection } from "./engine-forward";
import { endOf, runSsh } from "./run-ssh";
import { areShared } from "./ssh-connection";
import { clientWords, sshWords } from "./ssh-words";

/** How long a connection stays that nobody uses. */
const idleMilliseconds = 1000;

/**
 * Connections to an Engine on another machine, through the socket that OpenSSH forwards; each by an `ssh` of its own where
 * it forwards none.
 */
export class SshAgent extends Agent {
  /** Where the socket is here, for the requests that are on their way; undefined where there is none. */
  private forwarded: Promise<string | undefined> | undefined;
  private readonly dialWords: readonly string[];

  /** @param sshOptions further ones of OpenSSH's */
  constructor(
    private readonly uri: string,
    private readonly sshOptions: readonly string[],
  ) {
    // Each session takes the other machine a shell and a client, so that one that follows soon has it; the machine
    // allows a connection few of them at a time, ten by sshd's default, and all programs of a run share those.
    super({ keepAlive: true, maxFreeSockets: 1, timeout: idleMilliseconds });
    this.dialWords = [...sshWords(uri, sshOptions), ...clientWords(uri), "system", "dial-stdio"];
  }

  override createConnection(
    _: ClientRequestArgs,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): undefined {
    this.connect().then(
      (socket) => callback?.(null, socket),
      // There is none in this case.
      (error: unknown) => callback?.(error as Error, undefined as unknown as Duplex),
    );
    return undefined;
  }

  private async connect(): Promise<Socket> {
    const before = this.forwarded;
    const forwarded = (this.forwarded ??= this.forward());
    const path = await forwarded;
    const socket = path === undefined ? undefined : await connectTo(path);
    if (socket !== undefined) return tellsWhy(socket, () => this.whyEnded(socket));
    if (path === undefined || before === undefined) return dial(this.dialWords);
    // The connection has ended since: a minute without use is enough.
    if (this.forwarded === forwarded) this.forwarded = undefined;
    return this.connect();
  }

  private forward(): Promise<string | undefined> {
    if (!areShared(this.sshOptions)) return Promise.resolve(undefined);
    const forwarded = forwardEngine(this.uri, this.sshOptions);
    forwarded.catch(() => {
      this.forwarded = undefined;
    });
    return forwarded;
  }

  private async whyEnded(socket: Socket): Promise<Error | undefined> {
    const lost = await lostConnection(this.uri, this.sshOptions);
    // From an Engine that has gone nothing comes: the client there knows why.
    return lost ?? (socket.bytesRead > 0 ? undefined : (await runSsh(this.dialWords)).reason);
  }
}

/**
 * Connects to a program's input and output. They are one socket of the system's: a stream in its place, Node could not
 * put HTTP/2 on, which the Engine's builds ask for.
 */
function dial(words: readonly string[]): Socket {
  const child = spawn("sh", ["-c", 'exec "$@" <&3 >&3 3>&-', "-", ...words], {
    stdio: ["ignore", "ignore", "pipe", "pipe"],
  });
  const socket = child.stdio[3] as Socket;
  // What waits for an answer holds the socket: one that is kept for the next question must not hold this process.
  child.unref();
  (child.stderr as Socket | null)?.unref();
  const ending = endOf(child);
  return tellsWhy(socket, async () => {
    // The socket is at its end, and holds this process no more.
    child.ref();
    (child.stderr as Socket | null)?.ref();
    return (await ending).reason;
  });
}

/** Has a socket that ends tell why, once that is known: else it is a "socket hang up" to whoever waits for an answer. */
function tellsWhy(socket: Socket, why: () => Promise<Error | undefined>): Socket {
  const push = socket.push.bind(socket);
  socket.push = (chunk: unknown) => {
    if (chunk !== null) return push(chunk);
    void why().then((reason) => (reason === undefined ? push(null) : socket.destroy(reason)));
    return false;
  };
  const destroy = socket._destroy.bind(socket);
  socket._destroy = (error: NodeJS.ErrnoException | null, done) => {
    if (error?.code === "EPIPE" || error?.code === "ECONNRESET") {
      void why().then((reason) => {
        destroy(reason ?? error, done);
      });
    } else {
      destroy(error, done);
    }
  };
  return socket;
}
