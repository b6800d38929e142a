import { existsSync } from "node:fs";
import { resolvePath } from "../config/files/read";
import { parseAuthorizedKeys } from "../config/files/ssh-keys";
import type { Settings } from "../config/resolve-settings";
import { shellWord } from "../config/quote";
import type { ExecResult } from "./container/exec";
import { UserError } from "./user-error";

/** How ssh reaches a stack's container, and only this one. */
export interface SshAccess extends SshPlace, SshKeys {}

/** Where a stack's sshd is. */
export interface SshPlace {
  /** What ssh is to call it. */
  readonly host: string;
  /** @example "127.0.0.1" */
  readonly address: string;
  readonly port: number;
  /** The line by which ssh gets there, where it is not on this machine. */
  readonly proxyCommand?: ((asked: HowToConnect) => string) | undefined;
  /** What is meant to be reached on this machine, SSH as well: the ports on 127.0.0.1, by those inside. */
  readonly published: Readonly<Record<number, number>>;
}

export interface HowToConnect {
  /** Whether to wait for what was there before. @default false */
  readonly isPatient?: boolean;
}

export interface SshKeys {
  /** The private key beside the public one that the settings name, where it is there. @default ssh's own choice */
  readonly identity: string | undefined;
  /** The public host key. @example "ssh-ed25519 AAAA..." */
  readonly hostKey: string;
  /** Its fingerprint, as ssh shows it. @example "SHA256:..." */
  readonly fingerprint: string;
}

/** What prints the public host key: of what sshd itself reads, as what is in the home folder can be changed by its user. */
export const hostKeyCommand = [
  "/usr/bin/ssh-keygen",
  ...["-y", "-f", "/run/kalisi/ssh/ssh_host_ed25519_key"],
] as const;

/** @throws UserError where there is no host key */
export function keysOf(
  root: string,
  host: string,
  { code, stdout }: ExecResult,
  { config }: Settings,
): SshKeys {
  const hostKey = /^ssh-ed25519 [A-Za-z0-9+/=]+/.exec(stdout)?.[0];
  if (code !== 0 || hostKey === undefined) {
    throw new UserError(
      "KALISI-CONTAINER-UNHEALTHY",
      `The container ${host} has no SSH host key yet: npm run logs shows how its start goes`,
    );
  }
  const [parsed] = parseAuthorizedKeys(hostKey, host).keys;
  const { keysFrom } = config.ssh;
  const identity =
    keysFrom?.endsWith(".pub") === true ? resolvePath(root, keysFrom.slice(0, -4)) : "";
  return {
    identity: identity !== "" && existsSync(identity) ? identity : undefined,
    hostKey,
    fingerprint: parsed?.fingerprint ?? "unknown",
  };
}

/** The options that make ssh reach it, whatever its user's known_hosts has of that port: it may have been another stack's. */
export function sshOptions(
  { host, address, port, identity, hostKey, proxyCommand }: SshAccess,
  asked: HowToConnect = {},
): readonly (readonly [string, string])[] {
  return [
    ["HostName", address],
    ["Port", String(port)],
    ["User", "kalisi"],
    ...(identity === undefined ? [] : [["IdentityFile", `"${identity}"`] as const]),
    ...(proxyCommand === undefined ? [] : [["ProxyCommand", proxyCommand(asked)] as const]),
    ["HostKeyAlias", host],
    // https://man.openbsd.org/ssh_config#KnownHostsCommand, since OpenSSH 8.5
    ["KnownHostsCommand", `/bin/echo ${host} ${hostKey}`],
    ["StrictHostKeyChecking", "yes"],
  ];
}

/** How often OpenSSH tries to connect, once a second, to where it was connected before. */
export const patience = ["-o", "ConnectionAttempts=60"] as const;

/** Words for a ProxyCommand, which has tokens of its own: https://man.openbsd.org/ssh_config#TOKENS */
export function proxyWords(words: readonly string[]): string {
  return words.map((word) => shellWord(word).replaceAll("%", "%%")).join(" ");
}
