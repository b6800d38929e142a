import type { Agent } from "node:http";
import Docker from "dockerode";
import { ConfigError, reasonOf } from "../errors";
import { SshAgent } from "./over-ssh";
import { connectionOptions } from "./ssh-connection";
import { isSsh } from "./ssh-words";

export const defaultSocket = "unix:///var/run/docker.sock";

/**
 * A client of the Engine at `uri`. docker-modem reads endpoints and TLS settings from DOCKER_HOST alone:
 * https://github.com/apocas/docker-modem/blob/master/lib/modem.js
 *
 * @param sshOptions for OpenSSH, where that leads to it. @default {@link connectionOptions}
 * @throws ConfigError where the certificates for it cannot be read
 */
export function dockerClient(uri: string, sshOptions?: readonly string[]): Docker {
  const before = process.env["DOCKER_HOST"];
  process.env["DOCKER_HOST"] = isSsh(uri) ? "" : uri;
  try {
    return isSsh(uri) ? new Docker(overSsh(uri, sshOptions)) : new Docker();
  } catch (error) {
    const { DOCKER_CERT_PATH: folder } = process.env;
    throw folder === undefined ? error : unusableCertificates(folder, error);
  } finally {
    if (before === undefined) {
      delete process.env["DOCKER_HOST"];
    } else {
      process.env["DOCKER_HOST"] = before;
    }
  }
}

/** By their addresses: the connections of one client serve the next. */
const agents = new Map<string, SshAgent>();

function overSsh(uri: string, sshOptions?: readonly string[]): Docker.DockerOptions {
  const agent = agents.get(uri) ?? new SshAgent(uri, sshOptions ?? connectionOptions());
  agents.set(uri, agent);
  // Its declaration leaves the agent out.
  const options: Docker.DockerOptions & { readonly agent: Agent } = {
    protocol: "http",
    host: "engine",
    agent,
  };
  return options;
}

/** https://docs.docker.com/engine/security/protect-access/#secure-by-default */
function unusableCertificates(folder: string, error: unknown): ConfigError {
  return new ConfigError([
    {
      code: "KALISI-ENGINE-CERTIFICATES",
      setting: "DOCKER_CERT_PATH",
      value: folder,
      problem: `its ca.pem, cert.pem and key.pem cannot be read: ${reasonOf(error)}`,
      fix: "name the folder that has them; or, where the Engine asks for none: unset DOCKER_CERT_PATH DOCKER_TLS_VERIFY",
    },
  ]);
}
