import Docker from "dockerode";
import { engineMessage } from "../../../config/engine/message";

let client: Docker | undefined;

/** The explicit host wins over DOCKER_HOST, which wins over the default socket. */
export async function configure(host: string | undefined): Promise<void> {
  // Also the official plugin passes its host on through DOCKER_HOST; the client then understands
  // unix, tcp (with TLS) and ssh addresses alike.
  if (host) {
    process.env["DOCKER_HOST"] = host;
  }
  client = new Docker();
  const address = process.env["DOCKER_HOST"] ?? "the default socket";
  // Each use of a remote Engine over ssh costs a session: there, the first real request will tell.
  if (address.startsWith("ssh:")) {
    return;
  }
  try {
    await client.ping();
  } catch (error) {
    throw engineError(`no Docker Engine answers at ${address}`, error);
  }
}

export function docker(): Docker {
  return (client ??= new Docker());
}

export function statusCode(error: unknown): number | undefined {
  return (error as { statusCode?: number }).statusCode;
}

/** `error` as one that says what was being done. */
export function engineError(doing: string, error: unknown): Error {
  return new Error(`${doing}: ${engineMessage(error)}`, { cause: error });
}
