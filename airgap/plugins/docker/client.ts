import Docker from "dockerode";
import { engineMessage } from "../../../config/engine/message";

let client: Docker | undefined;

/**
 * Chooses the Engine: the given host overrides DOCKER_HOST, that overrides the default socket.
 *
 * @throws where no Engine answers there
 */
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

/** A client of the chosen Engine; of the environment's where none was chosen. */
export function docker(): Docker {
  return (client ??= new Docker());
}

/** `error` as one that says what was being done. */
export function engineError(doing: string, error: unknown): Error {
  return new Error(`${doing}: ${engineMessage(error)}`, { cause: error });
}
