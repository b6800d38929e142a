import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { delimiter, join } from "node:path";
import { eventually } from "../eventually";
import { writeText } from "../files";
import { makeKeyPair } from "./clone";
import { runAsRoot } from "./network-namespace";
import { accepts, freePort } from "./probe";
import type { SecondEngine } from "./second-engine";
import { ensureProgram } from "./system-packages";

const daemon = "/usr/sbin/sshd";

const pipeScript = `
const socket = require("node:net").connect(Number(process.argv[2]), "127.0.0.1");
process.stdin.pipe(socket).pipe(process.stdout);
`;

/**
 * Another machine that has an Engine: its own sshd on loopback, and an OpenSSH client whose settings call it `far`. The
 * client has a key's file and no agent.
 */
export class SshHost {
  readonly uri = "ssh://far";
  private readonly known: string;
  private readonly authorized: string;
  /** The client's key, whose other half is in a file beside it. */
  private readonly key: string;
  private readonly folder = mkdtempSync(join(tmpdir(), "kalisi-ssh-"));
  private process: ChildProcess | undefined;

  /** @param engine the machine's, with its network. @default this machine itself, with its own */
  constructor(private readonly engine?: SecondEngine) {
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
      hostKey === undefined ? "" : `far ${readFileSync(`${hostKey}.pub`, "utf8")}`,
    );
  }

  /** A new host key; its file's path. */
  makeHostKey(name: string): string {
    return makeKeyPair(this.folder, name);
  }

  /**
   * @param hostKey the one that it shows
   * @param environment what a session of its is given, `NAME=value` each
   */
  async start(hostKey: string, environment: readonly string[] = []): Promise<void> {
    ensureProgram(daemon, "openssh-server");
    const port = await freePort();
    runAsRoot("mkdir", "-p", "/run/sshd");
    writeText(
      join(this.folder, "sshd_config"),
      [
        `ListenAddress 127.0.0.1:${port}`,
        `HostKey ${hostKey}`,
        `AuthorizedKeysFile ${this.authorized}`,
        `PidFile ${join(this.folder, "pid")}`,
        "PasswordAuthentication no",
        // Which the folder for temporary files would not pass.
        "StrictModes no",
        // Of several lines, sshd would take the first.
        ["SetEnv", `DOCKER_HOST=${this.engine?.uri ?? ""}`, ...environment].join(" "),
        "",
      ].join("\n"),
    );
    const lines = [
      "Host far",
      `  HostName 127.0.0.1`,
      ...this.wayIn(port),
      `  HostKeyAlias far`,
      `  Port ${port}`,
      `  User ${userInfo().username}`,
      `  IdentityFile ${this.key}`,
      `  UserKnownHostsFile ${this.known}`,
      "  GlobalKnownHostsFile /dev/null",
    ];
    writeText(join(this.folder, "ssh_config"), `${lines.join("\n")}\n`);
    const ssh = execFileSync("sh", ["-c", "command -v ssh"], { encoding: "utf8" }).trim();
    const client = join(this.folder, "bin", "ssh");
    writeText(client, `#!/bin/sh\nexec ${ssh} -F ${join(this.folder, "ssh_config")} "$@"\n`);
    chmodSync(client, 0o755);
    const network = this.engine?.network;
    const words = [daemon, "-D", "-f", join(this.folder, "sshd_config")];
    this.process = spawn("env", network?.enter(...words) ?? words, {
      stdio: ["ignore", "inherit", "inherit"],
    });
    const answers = async () =>
      network === undefined
        ? accepts("127.0.0.1", port)
        : (await network.connect("127.0.0.1", port)) === "connected";
    await eventually(10, async () => ((await answers()) ? undefined : "sshd does not answer"));
  }

  /** A network of its own has no way in but this one. */
  private wayIn(port: number): readonly string[] {
    if (this.engine === undefined) return [];
    const script = join(this.folder, "pipe.cjs");
    writeText(script, pipeScript);
    const words = this.engine.network.enter(process.execPath, script, String(port));
    return [`  ProxyCommand ${words.join(" ")}`];
  }

  /** Ends all that is connected, and lets it connect again. */
  dropSessions(): void {
    runAsRoot("pkill", "-KILL", "-P", String(this.process?.pid));
  }

  async stop(): Promise<void> {
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
