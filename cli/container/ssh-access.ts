import { existsSync } from "node:fs";
import type Docker from "dockerode";
import { sshContainerPort } from "../../config/container-ports";
import { resolvePath } from "../../config/files/read";
import { parseAuthorizedKeys } from "../../config/files/ssh-keys";
import type { StackOption } from "../options";
import { UserError } from "../user-error";
import { refusePaused } from "./answers";
import { execIn } from "./exec";
import { openContainer } from "./open";

/** How ssh reaches a stack's container, and only this one. */
export interface SshAccess {
  /** What ssh is to call it; the container's name. */
  readonly host: string;
  /** On 127.0.0.1. */
  readonly port: number;
  /** The private key beside the public one that the settings name, where it is there. @default ssh's own choice */
  readonly identity: string | undefined;
  /** The public host key. @example "ssh-ed25519 AAAA..." */
  readonly hostKey: string;
  /** Its fingerprint, as ssh shows it. @example "SHA256:..." */
  readonly fingerprint: string;
}

const hostKeyPath = "/run/kalisi/ssh/ssh_host_ed25519_key";

/**
 * Asks a stack's container how ssh reaches it. The host key comes from the Engine, so there is nothing to be trusted at
 * first sight.
 *
 * @throws UserError where it does not run
 */
export async function readSshAccess(root: string, options: StackOption): Promise<SshAccess> {
  const { machine, container, name, settings } = await openContainer(root, options);
  await refusePaused(machine, name);
  const { State, NetworkSettings } = await container.inspect();
  const port = Number(NetworkSettings.Ports[`${sshContainerPort}/tcp`]?.[0]?.HostPort);
  if (!State.Running || !Number.isInteger(port)) {
    throw new UserError(
      "KALISI-CONTAINER-MISSING",
      `The container ${name} does not run: npm start brings it up`,
    );
  }
  const hostKey = await readHostKey(container, name);
  const [parsed] = parseAuthorizedKeys(hostKey, name).keys;
  const { keysFrom } = settings.config.ssh;
  const identity =
    keysFrom?.endsWith(".pub") === true ? resolvePath(root, keysFrom.slice(0, -4)) : "";
  return {
    host: name,
    port,
    identity: identity !== "" && existsSync(identity) ? identity : undefined,
    hostKey,
    fingerprint: parsed?.fingerprint ?? "unknown",
  };
}

/** Of what sshd itself reads: what is in the home folder can be changed by its user. */
async function readHostKey(container: Docker.Container, name: string): Promise<string> {
  const { code, stdout } = await execIn(container, ["ssh-keygen", "-y", "-f", hostKeyPath]);
  const key = /^ssh-ed25519 [A-Za-z0-9+/=]+/.exec(stdout)?.[0];
  if (code !== 0 || key === undefined) {
    throw new UserError(
      "KALISI-CONTAINER-UNHEALTHY",
      `The container ${name} has no SSH host key yet: npm run logs shows how its start goes`,
    );
  }
  return key;
}

/** The options that make ssh reach it, whatever its user's known_hosts has of that port: it may have been another stack's. */
export function sshOptions({
  host,
  port,
  identity,
  hostKey,
}: SshAccess): readonly (readonly [string, string])[] {
  return [
    ["HostName", "127.0.0.1"],
    ["Port", String(port)],
    ["User", "kalisi"],
    ...(identity === undefined ? [] : [["IdentityFile", `"${identity}"`] as const]),
    ["HostKeyAlias", host],
    // https://man.openbsd.org/ssh_config#KnownHostsCommand, since OpenSSH 8.5
    ["KnownHostsCommand", `/bin/echo ${host} ${hostKey}`],
    ["StrictHostKeyChecking", "yes"],
  ];
}
