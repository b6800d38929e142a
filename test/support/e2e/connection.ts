import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Session } from "./session";

/** A `npm run connect` that runs. */
export class Connection {
  private readonly child: ChildProcess;
  private readonly lines: AsyncIterator<string>;

  constructor({ clone, stack, env }: Session, more: Readonly<Record<string, string>>) {
    this.child = spawn("node", ["cli/bootstrap.cjs", "connect", "--stack", stack.name], {
      cwd: clone.path,
      env: { ...process.env, ...env, ...more },
      detached: true,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const { stdout } = this.child;
    if (stdout === null) throw new Error("it has no output");
    this.lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  }

  async nextLine(): Promise<string> {
    return String((await this.lines.next()).value);
  }

  /** The addresses that it has, once all of them answer. */
  async shown(): Promise<readonly string[]> {
    const shown: string[] = [];
    for (let line = ""; !line.startsWith("Until Ctrl-C"); shown.push(line)) {
      line = await this.nextLine();
      if (line === "undefined") throw new Error(`it has ended after: ${shown.join("\n")}`);
    }
    return shown;
  }

  /** Presses Ctrl-C, and returns how it has ended. */
  async end(): Promise<readonly unknown[]> {
    const ended = once(this.child, "close");
    process.kill(-(this.child.pid ?? NaN), "SIGINT");
    return ended;
  }
}
