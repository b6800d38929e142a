import type Docker from "dockerode";
import { defaultSocket, dockerClient } from "../../../config/engine/client";
import { engineMessage } from "../../../config/engine/message";
import { isSsh } from "../../../config/engine/ssh-words";

let client: Docker | undefined;

/**
 * Chooses the Engine: the given host overrides DOCKER_HOST, that overrides the default socket.
 *
 * @param sshOptions for OpenSSH, where that leads to it
 * @throws where no Engine answers there
 */
export async function configure(
  host: string | undefined,
  sshOptions: readonly string[] = [],
): Promise<void> {
  const address = [host, process.env["DOCKER_HOST"]].find(Boolean) ?? defaultSocket;
  client = dockerClient(address, sshOptions);
  // Each use of a remote Engine over ssh costs a session: there, the first real request will tell.
  if (isSsh(address)) {
    return;
  }
  try {
    await client.ping();
  } catch (error) {
    throw engineError(`no Docker Engine answers at ${address}`, error);
  }
}

/** A client of the chosen Engine. */
export function docker(): Docker {
  if (client === undefined) throw new Error("the provider is not configured");
  return client;
}

/** `error` as one that says what was being done. */
export function engineError(doing: string, error: unknown): Error {
  return new Error(`${doing}: ${engineMessage(error)}`, { cause: error });
}
