import { existsSync } from "node:fs";
import type Docker from "dockerode";
import { sshContainerPort } from "../../config/container-ports";
import { resolvePath } from "../../config/files/read";
import { parseAuthorizedKeys } from "../../config/files/ssh-keys";
import type { StackOption } from "../options";
import { UserError } from "../user-error";
import { refusePaused } from "./answers";
import { connectionOptions } from "../../config/engine/ssh-connection";
import { isSsh, targetWords } from "../../config/engine/ssh-words";
import { shellWord } from "../../config/quote";
import { execIn } from "./exec";
import { openContainer } from "./open";

/** How ssh reaches a stack's container, and only this one. */
export interface SshAccess {
  /** What ssh is to call it; the container's name. */
  readonly host: string;
  /** On 127.0.0.1 of the Engine's machine. */
  readonly port: number;
  /** The Engine's address, where it is on another machine and OpenSSH leads there. @example "ssh://me@far" */
  readonly through: string | undefined;
  /** What is published there, SSH as well: the ports on 127.0.0.1, by those inside. */
  readonly published: Readonly<Record<number, number>>;
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
  const published = publishedIn(NetworkSettings.Ports);
  const port = Number(published[sshContainerPort]);
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
    through: isSsh(machine.engine.uri) ? machine.engine.uri : undefined,
    published,
    identity: identity !== "" && existsSync(identity) ? identity : undefined,
    hostKey,
    fingerprint: parsed?.fingerprint ?? "unknown",
  };
}

/** @param ports those of the container, such as `8443/tcp`, with what the Engine has published each as */
function publishedIn(
  ports: Docker.ContainerInspectInfo["NetworkSettings"]["Ports"],
): Readonly<Record<number, number>> {
  return Object.fromEntries(
    Object.entries(ports).flatMap(([inside, bindings]) => {
      // Null where a port is not published: https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerInspect
      const [first] = (bindings as { readonly HostPort: string }[] | null) ?? [];
      return first === undefined ? [] : [[Number.parseInt(inside, 10), Number(first.HostPort)]];
    }),
  );
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

/**
 * The options that make ssh reach it, whatever its user's known_hosts has of that port: it may have been another stack's.
 *
 * @param onTheWay further options for the ssh to the Engine's machine, where that is another one
 */
export function sshOptions(
  { host, port, identity, hostKey, through }: SshAccess,
  onTheWay: readonly string[] = [],
): readonly (readonly [string, string])[] {
  return [
    ["HostName", "127.0.0.1"],
    ["Port", String(port)],
    ["User", "kalisi"],
    ...(identity === undefined ? [] : [["IdentityFile", `"${identity}"`] as const]),
    ...(through === undefined ? [] : [["ProxyCommand", wayTo(through, onTheWay)] as const]),
    ["HostKeyAlias", host],
    // https://man.openbsd.org/ssh_config#KnownHostsCommand, since OpenSSH 8.5
    ["KnownHostsCommand", `/bin/echo ${host} ${hostKey}`],
    ["StrictHostKeyChecking", "yes"],
  ];
}

/** The line by which ssh gets to what listens on another machine; through the connection that there is, if any. */
function wayTo(uri: string, more: readonly string[]): string {
  // The line has tokens of its own: https://man.openbsd.org/ssh_config#TOKENS
  const [options, target] = [[...connectionOptions(), ...more], targetWords(uri)].map((words) =>
    words.map((word) => shellWord(word).replaceAll("%", "%%")).join(" "),
  );
  return `ssh ${options} -W %h:%p ${target}`;
}
