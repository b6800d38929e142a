import { shellWord } from "../quote";

const connectSeconds = 30;

export function isSsh(uri: string): boolean {
  return uri.startsWith("ssh://");
}

/**
 * The words that reach a machine as the Docker client does: through OpenSSH itself, with the user's settings, keys and
 * known hosts. Nobody is there to answer a question: what would ask fails.
 *
 * @param uri @example "ssh://me@far:22"
 * @param options further ones of OpenSSH's
 * @see https://github.com/docker/cli/blob/master/cli/connhelper/ssh/ssh.go
 */
export function sshWords(uri: string, options: readonly string[] = []): readonly string[] {
  return [
    "ssh",
    ...["-o", "BatchMode=yes", "-o", `ConnectTimeout=${connectSeconds}`, "-T"],
    ...options,
    ...targetWords(uri),
  ];
}

/** Which machine, and who logs in there. */
export function targetWords(uri: string): readonly string[] {
  const { hostname, port, username } = new URL(uri);
  return [
    ...(username === "" ? [] : ["-l", decodeURIComponent(username)]),
    ...(port === "" ? [] : ["-p", port]),
    // An address of IPv6 is in brackets.
    ...["--", hostname.replace(/^\[|\]$/g, "")],
  ];
}

/** The Docker client on the other machine: a path of the address is that of its Engine's socket there. */
export function clientWords(uri: string): readonly string[] {
  const { pathname } = new URL(uri);
  return ["docker", ...(/^\/?$/.test(pathname) ? [] : ["--host", `unix://${pathname}`])];
}

/** What to try by hand where an Engine on another machine does not answer. */
export function trySsh(uri: string): string {
  return [...sshWords(uri), ...clientWords(uri), "version"].map(shellWord).join(" ");
}
