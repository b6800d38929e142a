import { execFileSync, spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { delimiter, join } from "node:path";
import { connectionOptions } from "../../../config/engine/ssh-connection";
import { eventually } from "../eventually";
import { writeText } from "../files";
import { makeKeyPair } from "./clone";
import { descendants } from "./descendants";
import { runAsRoot } from "./network-namespace";
import { accepts, freePort } from "./probe";
import type { SecondEngine } from "./second-engine";
import { ensureProgram } from "./system-packages";

const daemon = "/usr/sbin/sshd";

const pipe = join(__dirname, "pipe.cjs");

/**
 * Another machine that has an Engine: its own sshd on loopback, and an OpenSSH client whose settings call it `far`. The
 * client has a key's file and no agent.
 */
export class SshHost {
  readonly uri: string;
  private readonly known: string;
  private readonly authorized: string;
  /** The client's key, whose other half is in a file beside it. */
  private readonly key: string;
  private readonly folder = mkdtempSync(join(tmpdir(), "kalisi-ssh-"));
  private readonly log = join(this.folder, "log");
  private readonly pidFile = join(this.folder, "pid");
  private process: ChildProcess | undefined;
  private port = 0;

  /**
   * @param engine the machine's, with its network. @default this machine itself, with its own
   * @param name what the client calls it
   */
  constructor(
    private readonly engine?: SecondEngine,
    private readonly name = "far",
  ) {
    this.uri = `ssh://${name}`;
    this.known = join(this.folder, "known_hosts");
    this.authorized = join(this.folder, "authorized_keys");
    this.key = makeKeyPair(this.folder, "mine");
  }

  /** What a session is given: OpenSSH takes a home from the list of users, and not from HOME. */
  get env(): Readonly<Record<string, string>> {
    return {
      PATH: [join(this.folder, "bin"), process.env["PATH"] ?? ""].join(delimiter),
      SSH_AUTH_SOCK: "",
    };
  }

  /** Lets the client in, or nobody. */
  letIn(isIn: boolean): void {
    writeText(this.authorized, isIn ? readFileSync(`${this.key}.pub`, "utf8") : "");
  }

  /** Has the client know a host key; none makes the host a stranger. */
  know(hostKey: string | undefined): void {
    writeText(
      this.known,
      hostKey === undefined ? "" : `${this.name} ${readFileSync(`${hostKey}.pub`, "utf8")}`,
    );
  }

  /** A new host key; its file's path. */
  makeHostKey(name: string): string {
    return makeKeyPair(this.folder, name);
  }

  /** Gives the client's key another passphrase; none to begin with. */
  setPassphrase(now: string, before = ""): void {
    execFileSync("ssh-keygen", ["-q", "-p", "-P", before, "-N", now, "-f", this.key]);
  }

  /**
   * @param hostKey the one that it shows
   * @param environment what a session of its is given, `NAME=value` each
   * @param settings further lines of its configuration
   */
  async start(
    hostKey: string,
    environment: readonly string[] = [],
    settings: readonly string[] = [],
  ): Promise<void> {
    ensureProgram(daemon, "openssh-server");
    this.port = await freePort();
    const { port } = this;
    runAsRoot("mkdir", "-p", "/run/sshd");
    writeText(
      join(this.folder, "sshd_config"),
      [
        `ListenAddress 127.0.0.1:${port}`,
        `HostKey ${hostKey}`,
        `AuthorizedKeysFile ${this.authorized}`,
        `PidFile ${this.pidFile}`,
        "PasswordAuthentication no",
        // Which the folder for temporary files would not pass.
        "StrictModes no",
        // Of several lines, sshd would take the first.
        ["SetEnv", `DOCKER_HOST=${this.engine?.uri ?? ""}`, ...environment].join(" "),
        "LogLevel VERBOSE",
        ...settings,
        "",
      ].join("\n"),
    );
    this.reachBy();
    const network = this.engine?.network;
    const words = [daemon, "-D", "-E", this.log, "-f", join(this.folder, "sshd_config")];
    this.process = spawn("env", network?.enter(...words) ?? words, {
      stdio: ["ignore", "inherit", "inherit"],
    });
    const answers = async () =>
      network === undefined
        ? accepts("127.0.0.1", port)
        : (await network.connect("127.0.0.1", port)) === "connected";
    await eventually(10, async () => ((await answers()) ? undefined : "sshd does not answer"));
  }

  /** Has the client reach it through another host, which has to be started; or directly. */
  reachBy(jump?: SshHost): void {
    const config = join(this.folder, "ssh_config");
    const lines = [
      ...this.clientLines(jump === undefined ? this.wayIn() : `ProxyJump ${jump.name}`),
      ...(jump === undefined ? [] : jump.clientLines(jump.wayIn())),
    ];
    writeText(config, `${lines.join("\n")}\n`);
    const ssh = execFileSync("sh", ["-c", "command -v ssh"], { encoding: "utf8" }).trim();
    const client = join(this.folder, "bin", "ssh");
    writeText(client, `#!/bin/sh\nexec ${ssh} -F ${config} "$@"\n`);
    chmodSync(client, 0o755);
  }

  private clientLines(way: string): readonly string[] {
    return [
      `Host ${this.name}`,
      `  HostName 127.0.0.1`,
      `  ${way}`,
      `  HostKeyAlias ${this.name}`,
      `  Port ${this.port}`,
      `  User ${userInfo().username}`,
      `  IdentityFile ${this.key}`,
      `  UserKnownHostsFile ${this.known}`,
      "  GlobalKnownHostsFile /dev/null",
      // A connection that is lost without a word is noticed the sooner.
      "  ServerAliveCountMax 1",
    ];
  }

  /** A network of its own has no way in but this one. */
  private wayIn(): string {
    if (this.engine === undefined) return "ProxyCommand none";
    const words = this.engine.network.enter(process.execPath, pipe, String(this.port));
    return `ProxyCommand ${words.join(" ")}`;
  }

  /** How often somebody has logged in so far, or how many sessions the connections have had. */
  counted(what: "logins" | "sessions"): number {
    const said = { logins: "Accepted publickey", sessions: "Starting session" }[what];
    return readFileSync(this.log, "utf8").split(said).length - 1;
  }

  /** Ends every connection that it has; or holds it, so that nothing comes through any more. It goes on to listen. */
  dropSessions(signal: "KILL" | "STOP" = "KILL"): void {
    const listener = readFileSync(this.pidFile, "utf8").trim();
    const connections = descendants(listener, "sshd");
    if (connections.length === 0) throw new Error("sshd has no connection");
    runAsRoot("kill", `-${signal}`, ...connections);
  }

  /** Ends the connection that the client's sessions share, as a while without any does. */
  hangUp(): void {
    this.askMaster("exit");
  }

  /** Kills what holds that connection, so that its socket stays with nobody behind. */
  killMaster(): void {
    const pid = /pid=(\d+)/.exec(this.askMaster("check"))?.[1];
    if (pid === undefined) throw new Error("no connection is shared");
    process.kill(Number(pid), "SIGKILL");
  }

  private askMaster(what: "check" | "exit"): string {
    const words = [...connectionOptions(), "-O", what, this.name];
    return spawnSync(join(this.folder, "bin", "ssh"), words, { encoding: "utf8" }).stderr;
  }

  /** Ends it and what is connected to it. */
  async stop(): Promise<void> {
    this.hangUp();
    if (this.process?.exitCode === null) {
      const ended = once(this.process, "close");
      this.process.kill();
      await ended;
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
