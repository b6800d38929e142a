import { once } from "node:events";
import { createInterface } from "node:readline";
import { PassThrough, type Duplex } from "node:stream";
import type Docker from "dockerode";
import { readFrames } from "../../config/engine/frames";
import type { Change } from "./tree";

/** What came of a batch: docker/rootfs/usr/local/lib/kalisi/watch/receive.mjs. */
export interface Outcome {
  readonly carried: readonly string[];
  readonly conflicts: readonly string[];
  readonly kept: readonly string[];
  readonly end:
    | { readonly built: { readonly code: number; readonly seconds: number } }
    | { readonly idle: "unchanged" | "stopped" }
    | { readonly problem: string };
}

type Message =
  | { readonly files: Readonly<Record<string, string>> }
  | Omit<Outcome, "end">
  | { readonly line: string }
  | Outcome["end"];

/** The lock of whoever is there first, while its program runs. */
const takenCode = 75;
export const program = "/usr/local/lib/kalisi/watch/receive.mjs";
const command = [
  "flock",
  "-n",
  "-E",
  String(takenCode),
  "-o",
  "/workspace/.kalisi",
  "node",
  program,
];
const pieceBytes = 1 << 20;

/** The program in the container that edits are sent to, by one stream as long as it runs. */
export class Receiver {
  private readonly messages: AsyncIterator<string>;
  private words = "";
  /** When the stream has ended, whoever ended it. */
  readonly ended: Promise<void>;

  private constructor(
    private readonly exec: Docker.Exec,
    private readonly stream: Duplex,
  ) {
    const output = new PassThrough();
    this.messages = createInterface({ input: output })[Symbol.asyncIterator]();
    const read = readFrames(stream, (content, isError) => {
      if (isError) this.words += content.toString();
      else output.write(content);
    });
    this.ended = read.catch(() => undefined).then(() => void output.end());
  }

  /** Runs it as user kalisi, with the environment of a login. */
  static async start(container: Docker.Container): Promise<Receiver> {
    const exec = await container.exec({
      Cmd: ["as-kalisi", ...command],
      User: "kalisi",
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
    });
    return new Receiver(exec, await exec.start({ hijack: true, stdin: true }));
  }

  /** What the files in the container were placed as, by their paths; undefined where it ends instead. */
  async files(): Promise<Readonly<Record<string, string>> | undefined> {
    const message = await this.next();
    return message !== undefined && "files" in message ? message.files : undefined;
  }

  /**
   * Sends a batch, and has it built.
   *
   * @param always whether to build where the batch changes nothing
   * @param onLine takes what the build says
   * @returns undefined where the stream ends before it is done
   */
  async carry(
    changes: readonly Change[],
    always: boolean,
    onLine: (line: string) => void,
    onPlaced: (placed: Omit<Outcome, "end">) => void,
  ): Promise<Outcome["end"] | undefined> {
    for (const change of changes) await this.send(change);
    await this.write({ build: always });
    for (let message; (message = await this.next()) !== undefined;) {
      if ("line" in message) onLine(message.line);
      else if ("carried" in message) onPlaced(message);
      else if (!("files" in message)) return message;
    }
    return undefined;
  }

  /** How it has ended: with which code, and its last word. */
  async howEnded(): Promise<{ readonly isTaken: boolean; readonly words: string }> {
    const { ExitCode } = await this.exec.inspect().catch(() => ({ ExitCode: null }));
    return { isTaken: ExitCode === takenCode, words: this.words.trim() };
  }

  /** Ends it; a build that has begun goes on to its end. */
  close(): void {
    this.stream.destroy();
  }

  private async send(change: Change): Promise<void> {
    if (!("file" in change)) {
      await this.write(change);
      return;
    }
    const { content, ...file } = change;
    await this.write(file);
    for (let at = 0; at < content.length; at += pieceBytes) {
      await this.write({ data: content.toString("base64", at, at + pieceBytes) });
    }
  }

  private async write(message: object): Promise<void> {
    if (this.stream.writable && !this.stream.write(`${JSON.stringify(message)}\n`)) {
      await Promise.race([once(this.stream, "drain").catch(() => undefined), this.ended]);
    }
  }

  private async next(): Promise<Message | undefined> {
    const line = await this.messages.next();
    return line.done === true ? undefined : (JSON.parse(line.value) as Message);
  }
}
