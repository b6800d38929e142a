import { execFileSync } from "node:child_process";
import { dirname, join } from "node:path";
import { filesVolumeOf } from "../../../config/engine/placed-files";
import type { Ended } from "./clone";
import { runAsRoot } from "./network-namespace";
import { partNames } from "./probe";
import { SecondEngine } from "./second-engine";
import { Session } from "./session";
import { SshHost } from "./ssh-host";
import { stackBeside } from "./stack";
import { useTinyImage } from "./tiny-image";

/**
 * A stack on an Engine of another machine, which has a network of its own and sees none of the clone's files; it is
 * reached by OpenSSH, with a key's file and no agent.
 */
export class FarStack {
  readonly filesVolume: string;
  readonly env: Readonly<Record<string, string>>;

  private constructor(
    readonly user: Session,
    readonly engine: SecondEngine,
    readonly host: SshHost,
    readonly hostKey: string,
  ) {
    this.filesVolume = filesVolumeOf(user.stack.names.container);
    this.env = { ...host.env, DOCKER_HOST: "unix:///nowhere/docker.sock" };
  }

  /** @param image further lines of the tiny image's. @default the whole image, which it may pull */
  static async make(prefix: string, image?: readonly string[]): Promise<FarStack> {
    const user = new Session(await stackBeside(prefix));
    if (image !== undefined) useTinyImage(user.clone, image);
    const engine = new SecondEngine([], dirname(user.clone.path));
    const host = new SshHost(engine);
    const hostKey = host.makeHostKey("host");
    await Promise.all([user.prepare(), engine.start()]);
    await engine.copyImages("kalisi/debian:trixie", "ubuntu:24.04");
    await user.set({ "kalisi:dockerHost": host.uri });
    host.know(hostKey);
    host.letIn(true);
    await host.start(hostKey);
    return new FarStack(user, engine, host, hostKey);
  }

  async end(): Promise<void> {
    await this.host.stop();
    this.host.remove();
    await this.engine.stop();
    await this.user.end();
  }

  /** Runs a command of the stack's. */
  run(command: string, rest = ""): Promise<Ended> {
    return this.user.sh(this.line(command, rest), this.env);
  }

  /** The same, with something done once it says something. */
  runUntil(
    command: string,
    when: RegExp,
    rest: string,
    then: "SIGKILL" | (() => void),
  ): Promise<Ended> {
    const { clone, env } = this.user;
    return clone.interrupt(this.line(command, rest), when, { ...env, ...this.env }, then);
  }

  private line(command: string, rest: string): string {
    return `npm run --silent ${command} -- --stack ${this.user.stack.name} ${rest}`;
  }

  /** What a command ends with that is refused, or that fails for a reason outside of it. */
  async refusal(command: string, rest = ""): Promise<string> {
    return inWords(await this.run(command, rest));
  }

  inspect() {
    return this.engine.docker.getContainer(this.user.stack.names.container).inspect();
  }

  /** The names of all the parts that a stack has which is up. */
  get whole(): readonly string[] {
    return [...partNames(this.user.stack.names), this.filesVolume].sort();
  }

  /** Which of the stack's parts are on the Engine, the one that copies its files included. */
  async parts(): Promise<readonly string[]> {
    const { docker } = this.engine;
    const [containers, { Volumes }, networks] = await Promise.all([
      docker.listContainers({ all: true }),
      docker.listVolumes(),
      docker.listNetworks(),
    ]);
    const names = [
      ...containers.flatMap(({ Names }) => Names.map((name) => name.replace(/^\//, ""))),
      ...networks.map(({ Name }) => Name),
      ...Volumes.map(({ Name }) => Name),
    ];
    const isOwn = (name: string) => this.whole.includes(name) || name.startsWith(this.filesVolume);
    return names.filter(isOwn).sort();
  }

  /** Where a volume is on the other machine. */
  async folderOf(volume: string): Promise<string> {
    return (await this.engine.docker.getVolume(volume).inspect()).Mountpoint;
  }

  /** What a placed file has on the other machine. */
  async placed(file: string): Promise<string> {
    return runAsRoot("cat", join(await this.folderOf(this.filesVolume), file));
  }

  /** The stack's state as Pulumi exports it. */
  state(): string {
    return execFileSync(
      "sh",
      ["-c", `. .kalisi/activate && pulumi stack export --stack ${this.user.stack.name}`],
      { cwd: this.user.clone.path, encoding: "utf8", maxBuffer: 1 << 26 },
    );
  }
}

/** What a command has said that was refused, or has failed for a reason outside of it: which must be words. */
export function inWords({ code, output }: Ended): string {
  const isOwnMistake = /^\s+at |DeprecationWarning|a mistake of the project itself/m.test(output);
  if (code !== 1 || isOwnMistake) throw new Error(`it ended with ${code}:\n${output}`);
  return output;
}
