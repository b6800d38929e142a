import { spawn, type ChildProcess } from "node:child_process";
import { withKey } from "./probe";
import type { Session } from "./session";

/** What ends a batch: of `npm run watch`, and of `./start.sh --watch`. */
const end = /^(?:Healthy|Not built|Nothing to build|The container has|start\.sh: waiting).*\n/m;

/** A program that follows edits until it is interrupted. */
export class Watching {
  private said = "";
  private seen = 0;
  private wake = (): void => undefined;
  /** Its exit code, once it has ended. */
  readonly ended: Promise<number | null>;

  private constructor(private readonly child: ChildProcess) {
    for (const output of [child.stdout, child.stderr]) {
      output?.setEncoding("utf8").on("data", (text: string) => {
        process.stdout.write(text);
        this.said += text.replaceAll("\r", "");
        this.wake();
      });
    }
    this.ended = new Promise((resolve) => {
      child.once("close", (code) => {
        resolve(code);
        this.wake();
      });
    });
  }

  /** `npm run watch` of a session's stack. */
  static onHost({ clone, stack, env }: Pick<Session, "clone" | "stack" | "env">): Watching {
    const command = ["cli/bootstrap.cjs", "watch", "--stack", stack.name];
    const options = { cwd: clone.path, env: { ...process.env, ...env }, detached: true };
    return new Watching(spawn("node", command, options));
  }

  /** `./start.sh --watch` in its container, over SSH, on a terminal. */
  static inside({ stack, key }: Session): Watching {
    const options = ["-F", "none", "-tt", "-p", String(stack.sshPort), ...withKey(key)];
    const known = ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"];
    return new Watching(
      spawn("ssh", [...options, ...known, "kalisi@127.0.0.1", "/workspace/start.sh --watch"]),
    );
  }

  /**
   * Waits until a batch has come to its end.
   *
   * @returns what was said of it
   */
  async batch(): Promise<string> {
    for (;;) {
      const rest = this.said.slice(this.seen);
      const found = end.exec(rest);
      if (found !== null) {
        const text = rest.slice(0, found.index + found[0].length);
        this.seen += text.length;
        return text;
      }
      if (this.child.exitCode !== null) throw new Error(`it has ended: ${this.said}`);
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }

  /** All that was said. */
  get output(): string {
    return this.said;
  }

  /** Ctrl-C, as a terminal has it: to the whole group, here or there. */
  interrupt(): void {
    if (this.child.spawnfile === "ssh") this.child.stdin?.write("\x03");
    else process.kill(-(this.child.pid ?? NaN), "SIGINT");
  }
}
