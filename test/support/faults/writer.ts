import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import type Docker from "dockerode";
import { readFrames } from "../../../config/engine/frames";
import { docker as engine } from "../e2e/probe";
import { eventually } from "../eventually";
import { kinds, Ledger } from "./ledger";

const program = readFileSync(join(__dirname, "inside.mjs"), "utf8");

/** Of this process: each of its sessions' writes have ids of their own. */
let sessions = 0;

/**
 * Writes to the stores of a container without end, and knows which writes were acknowledged. Whatever happens to
 * the container, it goes on as soon as it can.
 */
export class Writer {
  private ended = false;
  private session: Duplex | undefined;
  private readonly done: Promise<void>;

  /**
   * @param container its name: it may be made anew meanwhile
   * @param password the database's
   * @param acknowledged those of an earlier writer
   */
  constructor(
    private readonly container: string,
    private readonly password: string,
    readonly acknowledged = new Ledger(),
    private readonly docker: Docker = engine,
  ) {
    this.done = this.keepWriting();
  }

  /** Resolves once each kind of write has been acknowledged anew. */
  async untilWriting(): Promise<void> {
    const before = this.acknowledged.counts;
    await eventually(120, () => {
      const now = this.acknowledged.counts;
      const missing = kinds.filter((kind) => now[kind] <= before[kind]);
      const why = this.acknowledged.errors.slice(-3).join("; ");
      return Promise.resolve(missing.length === 0 ? undefined : `no ${missing.join()}: ${why}`);
    });
  }

  /** Which of the writes that have been acknowledged the stores do not have. */
  async lost(): Promise<readonly string[]> {
    // Those that are acknowledged while the stores are read may be missing there.
    const earlier = this.acknowledged.now();
    const stores = new Ledger();
    await this.inside("read", (line) => {
      stores.add(line);
    });
    return earlier.lostFrom(stores);
  }

  /** Resolves once it is known of the last write whether it was acknowledged. */
  async stop(): Promise<void> {
    this.ended = true;
    this.session?.end();
    await this.done;
  }

  /** Goes on after a stop, with no more than some of the writes: the others were acknowledged for nobody. */
  goOnFrom(acknowledged: Ledger): Writer {
    return new Writer(this.container, this.password, acknowledged, this.docker);
  }

  private async keepWriting(): Promise<void> {
    while (!this.ended) {
      // It ends with the container, or with the Engine's connection.
      await this.inside(`write ${process.pid}.${(sessions += 1)}`, (line) => {
        this.acknowledged.add(line);
      }).catch(() => undefined);
      await this.untilRunning();
    }
  }

  /** Or until it need not run any more. */
  private untilRunning(): Promise<void> {
    return eventually(Infinity, async () => {
      if (this.ended) return undefined;
      const { State } = await this.docker
        .getContainer(this.container)
        .inspect()
        .catch(() => ({ State: { Running: false } }));
      return State.Running ? undefined : `${this.container} does not run`;
    });
  }

  /** Runs {@link file://./inside.mjs} to its end, or to that of the connection. */
  private async inside(words: string, take: (line: string) => void): Promise<void> {
    const exec = await this.docker.getContainer(this.container).exec({
      Cmd: ["node", "--input-type=module", "--eval", program, ...words.split(" ")],
      Env: [`NEO4J_PASSWORD=${this.password}`],
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
    });
    const stream = await exec.start({ hijack: true, stdin: true });
    if (words === "read") stream.end();
    else this.session = stream;
    // It may have been asked to stop before there was a session.
    if (this.ended) stream.end();
    let line = "";
    let problem = "";
    await readFrames(stream, (content, isError) => {
      if (isError) {
        problem += content.toString();
        return;
      }
      const lines = (line + content.toString()).split("\n");
      line = lines.pop() ?? "";
      lines.forEach(take);
    });
    const { ExitCode } = await exec.inspect();
    if (ExitCode !== 0) throw new Error(`the writer ended with ${String(ExitCode)}: ${problem}`);
  }
}
