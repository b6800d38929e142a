import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { ConfigError } from "../errors";
import { quoted } from "../quote";
import { engineUrl } from "../settings/formats";
import { setCommand } from "../settings/set-command";
import { defaultSocket } from "./client";
import { clientFolder, readClientConfig, readClientFile } from "./client-config";

/** A Docker Engine endpoint and what named it. */
export interface DockerHost {
  /** Such as `unix:///var/run/docker.sock`, `tcp://host:2375` or `ssh://user@host`. */
  readonly uri: string;
  /** Such as `DOCKER_HOST` or `Docker context "colima"`. */
  readonly origin: string;
}

/** The Engine that a stack's settings name, or that was found where none does. */
export interface NamedEngine extends DockerHost {
  /** Whether no setting names it: set-up uses it from then on. */
  readonly isFound: boolean;
}

/** Whether an Engine is reached on this machine, so that it publishes ports here. */
export function isLocal(uri: string): boolean {
  return /^(unix|npipe):/.test(uri);
}

/**
 * The one answer to which Engine a stack is on, for the program and for every command.
 *
 * @param configured the setting `dockerHost` of the merged layers
 * @param label what that setting's user would call it
 */
export function chooseEngine(
  configured: string | undefined,
  label: string,
  environment: NodeJS.ProcessEnv,
  home: string,
): NamedEngine {
  if (configured !== undefined) {
    return { uri: configured, origin: label, isFound: false };
  }
  const found = findDockerHost(environment, home);
  return { ...found, isFound: found.origin !== "DOCKER_HOST" };
}

/**
 * Finds the Engine as the Docker client does: DOCKER_HOST, the current context, the default socket.
 * The Docker provider itself reads no contexts.
 *
 * @param home the user's home directory
 * @throws ConfigError where the Docker client's own files cannot be read, or have no such context
 */
export function findDockerHost(environment: NodeJS.ProcessEnv, home: string): DockerHost {
  const fromEnvironment = environment["DOCKER_HOST"];
  if (fromEnvironment !== undefined && fromEnvironment !== "") {
    return { uri: fromEnvironment, origin: "DOCKER_HOST" };
  }
  const folder = clientFolder(environment, home);
  const context = environment["DOCKER_CONTEXT"] ?? readClientConfig(folder).currentContext;
  if (context !== undefined && context !== "" && context !== "default") {
    return {
      uri: contextEndpoint(folder, context),
      origin: `Docker context "${context}"`,
    };
  }
  return { uri: defaultSocket, origin: "the default socket" };
}

/**
 * What to tell a user whose Docker client talks to another Engine by now than the one that set-up once found.
 *
 * @param recorded the Engine that is used
 */
export function adviseOnContext(
  recorded: string,
  environment: NodeJS.ProcessEnv,
  home: string,
): readonly string[] {
  let now: DockerHost;
  try {
    now = findDockerHost(environment, home);
  } catch {
    // Nothing that is needed here: the recorded Engine is used.
    return [];
  }
  return now.uri === recorded
    ? []
    : [
        `the Engine is ${recorded}, as set-up found it; your Docker client talks to ${now.uri} (from ${now.origin}). ` +
          `To use that one for this stack: ${setCommand(["dockerHost"], now.uri)}`,
      ];
}

// The context store names each context's folder by the SHA-256 of its name:
// https://github.com/docker/cli/blob/master/cli/context/store/metadatastore.go
function contextEndpoint(folder: string, context: string): string {
  const id = createHash("sha256").update(context).digest("hex");
  const path = join(folder, "contexts", "meta", id, "meta.json");
  const uri = existsSync(path)
    ? readClientFile(path, contextSchema).Endpoints?.docker?.Host
    : undefined;
  if (uri === undefined || uri === "") {
    // The Docker client refuses it, too: another Engine is not what was meant.
    throw new ConfigError([
      {
        code: "KALISI-ENGINE-CONTEXT",
        setting: "Docker context",
        value: context,
        problem: "there is no such context with an Engine",
        fix: "choose one of those of docker context ls: docker context use NAME; or set DOCKER_HOST",
      },
    ]);
  }
  const { error } = engineUrl.safeParse(uri);
  if (error !== undefined) {
    throw new ConfigError([
      {
        code: "KALISI-ENGINE-CONTEXT",
        setting: "Docker context",
        value: context,
        problem: `its address: ${error.issues.map(({ message }) => message).join("; ")}`,
        fix: `correct it: docker context update ${quoted(context)} --docker host=ADDRESS; or set DOCKER_HOST`,
      },
    ]);
  }
  // The files of a context have the names that DOCKER_CERT_PATH wants.
  const certificates = join(folder, "contexts", "tls", id, "docker");
  if (existsSync(certificates)) {
    throw new ConfigError([
      {
        code: "KALISI-ENGINE-CERTIFICATES",
        setting: "Docker context",
        value: context,
        problem: "its Engine asks for certificates, and Pulumi reads those of no context",
        fix: `export DOCKER_HOST=${quoted(uri)} DOCKER_TLS_VERIFY=1 DOCKER_CERT_PATH=${quoted(certificates)}, then the same command`,
      },
    ]);
  }
  return uri;
}

const contextSchema = z.looseObject({
  Endpoints: z
    .looseObject({ docker: z.looseObject({ Host: z.string().optional() }).optional() })
    .optional(),
});
