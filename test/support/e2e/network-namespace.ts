import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";

/** Root, or somebody who may become it and is in the group docker, as in continuous integration. */
export const asRoot = process.getuid?.() === 0 ? [] : ["sudo", "--non-interactive"];

/** Runs a command as root and returns its output. */
export function runAsRoot(...command: readonly string[]): string {
  const [program = "", ...args] = [...asRoot, ...command];
  return execFileSync(program, args, { encoding: "utf8" });
}

const connectScript = `
const [host, port] = process.argv.slice(1);
const end = (how) => { console.log(how); process.exit(); };
require("node:net").connect({ host, port, timeout: 2000 })
  .once("connect", () => end("connected"))
  .once("timeout", () => end("timed out"))
  .once("error", ({ code }) => end(code));
`;

const listenScript = `
require("node:net").createServer((socket) => socket.end("hello"))
  .listen(process.argv[1], () => console.log("listening"));
process.stdin.resume().once("end", () => process.exit());
`;

/**
 * A network of its own on this machine: its devices, addresses, routes and firewall, which go with it. It is gone
 * once its processes are, and they end with this one at the latest.
 */
export class NetworkNamespace {
  private readonly processes: ChildProcess[] = [];
  private pid = "";

  async start(): Promise<void> {
    this.pid = await this.keep([
      ...asRoot,
      ...["unshare", "--net", "sh", "-c", "ip link set lo up && echo $$ && exec cat"],
    ]);
  }

  /** What runs a command in it, as root, word by word. */
  enter(...command: readonly string[]): readonly string[] {
    return [...asRoot, "nsenter", `--net=/proc/${this.pid}/ns/net`, ...command];
  }

  /** A shell's line in it, as root, with the environment and the home of whoever runs it. */
  line(line: string): string {
    const sudo = asRoot.length === 0 ? "" : '--preserve-env env "PATH=$PATH" "HOME=$HOME"';
    return `${asRoot.join(" ")} ${sudo} nsenter --net=/proc/${this.pid}/ns/net ${line}`;
  }

  run(...command: readonly string[]): string {
    const [program = "", ...args] = this.enter(...command);
    return execFileSync(program, args, { encoding: "utf8" });
  }

  /** Lays a cable to another one: the first address is at this end. */
  join(other: NetworkNamespace, address: string, otherAddress: string): void {
    this.run(..."ip link add cable type veth peer name cable netns".split(" "), other.pid);
    for (const [end, at] of [
      [this, address],
      [other, otherAddress],
    ] as const) {
      end.run("ip", "address", "add", `${at}/30`, "dev", "cable");
      end.run("ip", "link", "set", "cable", "up");
    }
  }

  /** How an attempt to connect from it ends: `connected`, `timed out`, or an error's code. */
  async connect(host: string, port: number): Promise<string> {
    const words = this.enter(process.execPath, "-e", connectScript, host, String(port));
    const [program = "", ...args] = words;
    const { stdout } = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"] });
    return (await text(stdout)).trim();
  }

  /** Says hello to whoever connects to one of its ports. */
  async listen(port: number): Promise<void> {
    await this.keep(this.enter(process.execPath, "-e", listenScript, String(port)));
  }

  async end(): Promise<void> {
    for (const child of this.processes) {
      const closed = once(child, "close");
      child.stdin?.end();
      await closed;
    }
  }

  /** Starts what ends with its input, and returns its first line. */
  private async keep([program = "", ...args]: readonly string[]): Promise<string> {
    const child = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
    this.processes.push(child);
    const [line] = (await once(child.stdout, "data")) as [Buffer];
    return line.toString().trim();
  }
}
