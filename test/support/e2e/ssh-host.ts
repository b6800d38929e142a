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
import { ensureProgram } from "./system-packages";

const daemon = "/usr/sbin/sshd";

/**
 * This machine as another one that has an Engine: its own sshd on loopback, and an OpenSSH client whose settings call it
 * `far`. The client has a key's file and no agent.
 */
export class SshHost {
  readonly uri = "ssh://far";
  private readonly known: string;
  private readonly authorized: string;
  /** The client's key, whose other half is in a file beside it. */
  private readonly key: string;
  private readonly folder = mkdtempSync(join(tmpdir(), "kalisi-ssh-"));
  private process: ChildProcess | undefined;

  constructor() {
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

  /** @param hostKey the one that it shows. @param settings further lines of sshd's configuration */
  async start(hostKey: string, settings: readonly string[] = []): Promise<void> {
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
        ...settings,
        "",
      ].join("\n"),
    );
    const lines = [
      "Host far",
      `  HostName 127.0.0.1`,
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
    this.process = spawn(daemon, ["-D", "-f", join(this.folder, "sshd_config")], {
      stdio: ["ignore", "inherit", "inherit"],
    });
    await eventually(10, async () =>
      (await accepts("127.0.0.1", port)) ? undefined : "sshd does not answer",
    );
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
