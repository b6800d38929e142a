import { setCommand } from "../settings/set-command";
import { ConfigError, type Problem } from "../errors";
import { withoutPassword } from "../quote";
import { defaultSocket } from "./client";
import { clientFolder, readClientConfig } from "./client-config";
import { addressProblem, contextEndpoint, contextNames } from "./docker-contexts";

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
    return { uri: contextEndpoint(folder, context), origin: originOf(context) };
  }
  return { uri: defaultSocket, origin: "the default socket" };
}

/**
 * All Engines that the Docker client knows here: the one that {@link findDockerHost} finds, and those of the contexts.
 *
 * @returns the Engines, one that has several names by the first of them; and what is wrong with what names none
 */
export function allDockerHosts(
  environment: NodeJS.ProcessEnv,
  home: string,
): { readonly hosts: readonly DockerHost[]; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const hosts = new Map<string, DockerHost>();
  const add = (find: () => DockerHost) => {
    try {
      const found = find();
      if (!hosts.has(found.uri)) hosts.set(found.uri, found);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      problems.push(...error.problems);
    }
  };
  add(() => checked(findDockerHost(environment, home)));
  const folder = clientFolder(environment, home);
  for (const name of contextNames(folder)) {
    add(() => ({ uri: contextEndpoint(folder, name), origin: originOf(name) }));
  }
  return { hosts: [...hosts.values()], problems };
}

/** What a stack's settings check where they name it. */
function checked(host: DockerHost): DockerHost {
  const problem = addressProblem(host.uri);
  if (problem === undefined) return host;
  throw new ConfigError([
    {
      code: "KALISI-SETTING-VALUE",
      setting: host.origin,
      value: withoutPassword(host.uri),
      problem,
      fix: "correct it, or unset it",
    },
  ]);
}

const originOf = (context: string) => `Docker context "${context}"`;

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
