import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ConfigError, reasonOf } from "../errors";

/** The part of the Docker client's config.json that is read here. */
export interface ClientConfig {
  readonly currentContext?: string;
  readonly auths?: Readonly<Record<string, RegistryEntry>>;
  readonly credsStore?: string;
  readonly credHelpers?: Readonly<Record<string, string>>;
  /** By an Engine's address, or `default`. */
  readonly proxies?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** What `docker login` has written of a registry. */
export interface RegistryEntry {
  readonly auth?: string;
  readonly username?: string;
  readonly password?: string;
  readonly identitytoken?: string;
}

/** The Docker client's folder: https://docs.docker.com/reference/cli/docker/#environment-variables */
export function clientFolder(environment: NodeJS.ProcessEnv, home: string): string {
  const { DOCKER_CONFIG: named = "" } = environment;
  return named === "" ? join(home, ".docker") : named;
}

/**
 * What the Docker client was told in config.json; nothing where there is none.
 *
 * @throws ConfigError where it cannot be read
 */
export function readClientConfig(folder: string): ClientConfig {
  const path = join(folder, "config.json");
  return existsSync(path) ? readClientFile(path) : {};
}

/**
 * A JSON file of the Docker client's.
 *
 * @throws ConfigError where it cannot be read, or is no object
 */
export function readClientFile(path: string): object {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw refusal(path, `cannot be read: ${reasonOf(error)}`);
  }
  if (typeof content !== "object" || content === null) {
    throw refusal(path, "is no JSON object");
  }
  return content;
}

function refusal(path: string, problem: string): ConfigError {
  return new ConfigError([
    {
      code: "KALISI-ENGINE-CLIENT-FILE",
      setting: path,
      problem,
      fix: "correct that file of the Docker client, or name another folder by DOCKER_CONFIG",
    },
  ]);
}
