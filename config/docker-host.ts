import { existsSync, readFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { join } from "node:path";
import Docker from "dockerode";

/** A Docker Engine endpoint and what named it. */
export interface DockerHost {
  /** Such as `unix:///var/run/docker.sock`, `tcp://host:2375` or `ssh://user@host`. */
  readonly uri: string;
  /** Such as `DOCKER_HOST` or `Docker context "colima"`. */
  readonly origin: string;
}

export const defaultSocket = "unix:///var/run/docker.sock";

/**
 * Finds the Engine as the Docker client does: DOCKER_HOST, the current context, the default socket.
 * The Docker provider itself reads no contexts.
 *
 * @param env the environment to read
 * @param home the user's home directory
 */
export function findDockerHost(env: NodeJS.ProcessEnv, home: string): DockerHost {
  const fromEnvironment = env["DOCKER_HOST"];
  if (fromEnvironment !== undefined && fromEnvironment !== "") {
    return { uri: fromEnvironment, origin: "DOCKER_HOST" };
  }
  const dockerConfig = env["DOCKER_CONFIG"] ?? join(home, ".docker");
  const context = env["DOCKER_CONTEXT"] ?? currentContext(dockerConfig);
  if (context !== undefined && context !== "" && context !== "default") {
    const uri = contextEndpoint(dockerConfig, context);
    if (uri !== undefined) {
      return { uri, origin: `Docker context "${context}"` };
    }
  }
  return { uri: defaultSocket, origin: "the default socket" };
}

function currentContext(dockerConfig: string): string | undefined {
  const path = join(dockerConfig, "config.json");
  if (!existsSync(path)) {
    return undefined;
  }
  return (JSON.parse(readFileSync(path, "utf8")) as { currentContext?: string }).currentContext;
}

// The context store names each context's folder by the SHA-256 of its name:
// https://github.com/docker/cli/blob/master/cli/context/store/metadatastore.go
function contextEndpoint(dockerConfig: string, context: string): string | undefined {
  const id = createHash("sha256").update(context).digest("hex");
  const path = join(dockerConfig, "contexts", "meta", id, "meta.json");
  if (!existsSync(path)) {
    return undefined;
  }
  const meta = JSON.parse(readFileSync(path, "utf8")) as {
    Endpoints?: { docker?: { Host?: string } };
  };
  return meta.Endpoints?.docker?.Host;
}

/**
 * A client of the Engine at `uri`. docker-modem reads endpoints, TLS settings and ssh users from
 * DOCKER_HOST alone: https://github.com/apocas/docker-modem/blob/master/lib/modem.js
 */
export function dockerClient(uri: string): Docker {
  const before = process.env["DOCKER_HOST"];
  process.env["DOCKER_HOST"] = uri;
  try {
    return new Docker();
  } finally {
    if (before === undefined) {
      delete process.env["DOCKER_HOST"];
    } else {
      process.env["DOCKER_HOST"] = before;
    }
  }
}
