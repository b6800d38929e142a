import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { asRoot } from "../e2e/network-namespace";

/** What a kubelet wants of the kernel: it sees it done, so that it leaves the machine's own alone. */
const wantedByKubelet = {
  "vm/overcommit_memory": "1",
  "kernel/panic": "10",
  "kernel/panic_on_oops": "1",
};

const setUp = `
ip link set lo up
mount -t tmpfs -o mode=755 none /run
mount --bind "$0/lib" /var/lib
mount --bind "$0/log" /var/log
for name in ${Object.keys(wantedByKubelet).join(" ")}; do
  mount --bind "$0/sysctl/$name" "/proc/sys/$name"
done
echo up
exec cat
`;

/** By which option nsenter enters what of a process. */
const withoutNetwork = { mount: "mnt", pid: "pid_for_children" };

const linesOnFailure = 20;

/**
 * What to its programs is a machine: a network, mounts, /run, /var/lib and processes of its own. All of it is gone
 * when its first process is, which ends with this one at the latest.
 */
export class Machine {
  private readonly problems: string[] = [];
  private holder: ChildProcess | undefined;
  private holderPid = 0;

  /** @param folder its own, which is kept */
  constructor(
    readonly name: string,
    readonly folder: string,
  ) {
    for (const own of ["lib", "log", "programs", "sysctl/vm", "sysctl/kernel"]) {
      mkdirSync(join(folder, own), { recursive: true });
    }
    for (const [file, value] of Object.entries(wantedByKubelet)) {
      writeFileSync(join(folder, "sysctl", file), `${value}\n`);
    }
  }

  /** Starts it, for the first time or after its {@link end}. */
  async start(): Promise<void> {
    const unshare = "unshare --net --mount --pid --fork --kill-child --mount-proc";
    const line = `echo $$ && exec ${unshare} sh -euc "$0" "$1"`;
    const [program, ...args] = [...asRoot, "sh", "-c", line, setUp, this.folder] as const;
    const holder = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
    this.holder = holder;
    for await (const said of createInterface({ input: holder.stdout })) {
      if (said === "up") return;
      this.holderPid = Number(said);
    }
    throw new Error(`the machine ${this.name} does not start`);
  }

  /** Of a process that is on its network. */
  get pid(): number {
    return this.holderPid;
  }

  /** What runs a command on it, as root, word by word. */
  enter(...command: readonly string[]): readonly string[] {
    return this.enterSpaces({ net: "net", ...withoutNetwork }, command);
  }

  private enterSpaces(
    spaces: Readonly<Record<string, string>>,
    command: readonly string[],
  ): readonly string[] {
    const options = Object.entries(spaces).map(
      ([space, file]) => `--${space}=/proc/${this.pid}/ns/${file}`,
    );
    return [...asRoot, "nsenter", ...options, ...command];
  }

  run(...command: readonly string[]): string {
    const [program = "", ...args] = this.enter(...command);
    return execFileSync(program, args, { encoding: "utf8" });
  }

  /** A command of the network alone, where processes have the numbers that they have outside. */
  link(...words: readonly string[]): void {
    const network = ["nsenter", `--net=/proc/${this.pid}/ns/net`, "ip"];
    const [program = "", ...args] = [...asRoot, ...network, ...words];
    execFileSync(program, args);
  }

  /**
   * Starts a program that runs as long as the machine, and waits until it says that it is ready.
   *
   * @param network whose network it is on: the machine's own, or that of the machine that the test runs on
   * @throws with its last lines, if it ends before
   */
  async runUntilReady(
    title: string,
    ready: RegExp,
    command: readonly string[],
    network: "own" | "test's" = "own",
  ): Promise<void> {
    const entered =
      network === "own" ? this.enter(...command) : this.enterSpaces(withoutNetwork, command);
    const [program = "", ...args] = entered;
    const log = createWriteStream(join(this.folder, "programs", `${title}.log`), { flags: "a" });
    const { holder } = this;
    const child = spawn(program, args, { stdio: ["ignore", "ignore", "pipe"] });
    const last: string[] = [];
    const lines = createInterface({ input: child.stderr });
    await new Promise<void>((resolve, reject) => {
      lines.on("line", (line) => {
        log.write(`${line}\n`);
        last.push(line);
        if (last.length > linesOnFailure) last.shift();
        if (ready.test(line)) resolve();
      });
      child.once("error", reject);
      child.once("close", (code) => {
        log.end();
        const said = last.map((line) => `  ${line}`).join("\n");
        const problem = `${title} of ${this.name} ended with ${code ?? "a signal"}:\n${said}`;
        if (this.holder === holder) this.problems.push(problem);
        reject(new Error(problem));
      });
    });
  }

  /**
   * Ends it as a loss of power does.
   *
   * @throws if one of its programs has ended by itself before
   */
  async end(): Promise<void> {
    const { holder } = this;
    if (holder === undefined) return;
    this.holder = undefined;
    const closed = once(holder, "close");
    holder.stdin?.end();
    await closed;
    const problems = this.problems.splice(0);
    if (problems.length > 0) throw new Error(problems.join("\n"));
  }
}
