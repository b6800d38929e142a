import type { Agent } from "node:http";
import Docker from "dockerode";
import { isSsh, SshAgent } from "./over-ssh";

/**
 * A client of the Engine at `uri`. docker-modem reads endpoints and TLS settings from DOCKER_HOST alone:
 * https://github.com/apocas/docker-modem/blob/master/lib/modem.js
 */
export function dockerClient(uri: string): Docker {
  const before = process.env["DOCKER_HOST"];
  process.env["DOCKER_HOST"] = isSsh(uri) ? "" : uri;
  try {
    return isSsh(uri) ? new Docker(overSsh(uri)) : new Docker();
  } finally {
    if (before === undefined) {
      delete process.env["DOCKER_HOST"];
    } else {
      process.env["DOCKER_HOST"] = before;
    }
  }
}

function overSsh(uri: string): Docker.DockerOptions {
  // Its declaration leaves the agent out.
  const options: Docker.DockerOptions & { readonly agent: Agent } = {
    protocol: "http",
    host: "engine",
    agent: new SshAgent(uri),
  };
  return options;
}
