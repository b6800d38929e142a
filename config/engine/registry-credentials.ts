import { spawn } from "node:child_process";
import { homedir } from "node:os";
import { text as readAll } from "node:stream/consumers";
import { z } from "zod";
import { ConfigError, reasonOf } from "../errors";
import {
  clientFolder,
  readClientConfig,
  type ClientConfig,
  type RegistryEntry,
} from "./client-config";

/** What the Engine is given to speak to a registry in the user's name. */
export interface Credentials {
  readonly serveraddress: string;
  readonly username?: string;
  readonly password?: string;
  readonly identitytoken?: string;
}

/** The client keeps Docker Hub's credentials under the address of its first index. */
const dockerHub = "https://index.docker.io/v1/";

// A helper's name comes from a file of the user's, but becomes part of a program's name.
const helperName = /^[A-Za-z0-9._-]+$/;

/** The registry of an image's name, where it names one: https://github.com/distribution/reference */
export function registryOf(imageName: string): string | undefined {
  const [first, ...rest] = imageName.split("/");
  return rest.length > 0 && first !== undefined && /[.:]|^localhost$/.test(first)
    ? first
    : undefined;
}

/** {@link credentialsFor} the registry that an image's name means, which is Docker Hub where it names none. */
export function credentialsForImage(
  imageName: string,
  environment: NodeJS.ProcessEnv,
): Promise<Credentials | undefined> {
  return credentialsFor(registryOf(imageName) ?? "docker.io", environment);
}

/**
 * Finds a registry's credentials as the Docker client does: the registry's own helper, the common store,
 * then what `docker login` has written into config.json itself.
 *
 * @param environment its DOCKER_CONFIG names the client's folder
 * @returns undefined where there are none: a registry may do without
 */
export async function credentialsFor(
  registry: string,
  environment: NodeJS.ProcessEnv,
): Promise<Credentials | undefined> {
  const server = /^(index\.|registry-1\.)?docker\.io$/.test(registry) ? dockerHub : registry;
  const config = readClientConfig(clientFolder(environment, homedir()));
  const helper = config.credHelpers?.[server] ?? config.credsStore;
  const stored = helper ? await askHelper(helper, server, environment) : undefined;
  return stored ?? fromEntry(server, entryOf(config, server));
}

/** Entries of old clients have a scheme or a path. */
function entryOf({ auths = {} }: ClientConfig, server: string): RegistryEntry | undefined {
  const hostOf = (key: string) => key.replace(/^https?:\/\//, "").split("/")[0];
  return (
    auths[server] ?? Object.entries(auths).find(([key]) => hostOf(key) === hostOf(server))?.[1]
  );
}

function fromEntry(
  serveraddress: string,
  entry: RegistryEntry | undefined,
): Credentials | undefined {
  if (entry?.identitytoken) {
    return { serveraddress, identitytoken: entry.identitytoken };
  }
  const decoded = Buffer.from(entry?.auth ?? "", "base64").toString("utf8");
  const colon = decoded.indexOf(":");
  const username = colon > 0 ? decoded.slice(0, colon) : entry?.username;
  const password = colon > 0 ? decoded.slice(colon + 1) : entry?.password;
  return username && password ? { serveraddress, username, password } : undefined;
}

const answerSchema = z.looseObject({ Username: z.string(), Secret: z.string() });

/**
 * https://github.com/docker/docker-credential-helpers: the server on stdin, JSON on stdout.
 *
 * @throws ConfigError where it cannot be asked, or fails
 */
async function askHelper(
  helper: string,
  server: string,
  environment: NodeJS.ProcessEnv,
): Promise<Credentials | undefined> {
  const program = `docker-credential-${helper}`;
  if (!helperName.test(helper)) {
    throw unusable(program, "no program can have that name");
  }
  const child = spawn(program, ["get"], { env: environment, stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise<string>((resolve, reject) => {
    child.once("error", (error) => {
      reject(unusable(program, `cannot be run: ${reasonOf(error)}`));
    });
    child.once("close", (code, signal) => {
      resolve(signal ?? (code === 0 ? "" : `exit code ${String(code)}`));
    });
  });
  // A program that is not there, or does not read, closes the pipe: `ended` reports it.
  child.stdin.on("error", () => undefined);
  child.stdin.end(server);
  const [answer, failure] = await Promise.all([readAll(child.stdout), ended]);
  if (failure !== "") {
    if (answer.includes("credentials not found")) {
      return undefined;
    }
    throw unusable(program, `fails: ${answer.trim() || failure}`);
  }
  const { Username, Secret } = readAnswer(program, answer);
  return Username === "<token>"
    ? { serveraddress: server, identitytoken: Secret }
    : { serveraddress: server, username: Username, password: Secret };
}

/** Of what it says, nothing is shown: it may be the password. */
function readAnswer(program: string, answer: string): z.output<typeof answerSchema> {
  try {
    return answerSchema.parse(JSON.parse(answer));
  } catch {
    throw unusable(program, "answers something else than a user and a secret in JSON");
  }
}

function unusable(program: string, problem: string): ConfigError {
  return new ConfigError([
    {
      code: "KALISI-ENGINE-CREDENTIALS",
      setting: `${program} (from the Docker client's config.json)`,
      problem,
      fix: "install or mend that program; or remove credsStore or credHelpers from the file, then docker login",
    },
  ]);
}
