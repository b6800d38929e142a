import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { ConfigError, reasonOf } from "../errors";
import { readJson } from "../json-file";

/** As Go reads JSON, null is nothing. */
const orNull = <T extends z.ZodType>(type: T) =>
  type.nullish().transform((value) => value ?? undefined);

const text = orNull(z.string());
const texts = orNull(z.record(z.string(), text));

/** What `docker login` has written of a registry. */
const entrySchema = z.looseObject({
  auth: text,
  username: text,
  password: text,
  identitytoken: text,
});

/** https://github.com/docker/cli/blob/master/cli/config/configfile/file.go */
const configSchema = z.looseObject({
  currentContext: text,
  auths: orNull(z.record(z.string(), orNull(entrySchema))),
  credsStore: text,
  credHelpers: texts,
  /** By an Engine's address, or `default`. */
  proxies: orNull(z.record(z.string(), texts)),
});

/** The part of the Docker client's config.json that is read here. */
export type ClientConfig = z.output<typeof configSchema>;
export type RegistryEntry = z.output<typeof entrySchema>;

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
  return existsSync(path) ? readClientFile(path, configSchema) : configSchema.parse({});
}

/**
 * A JSON file of the Docker client's.
 *
 * @throws ConfigError where it cannot be read, or is of another form
 */
export function readClientFile<T extends z.ZodType>(path: string, schema: T): z.output<T> {
  let content: unknown;
  try {
    content = readJson(path);
  } catch (error) {
    throw refusal(path, `cannot be read: ${reasonOf(error)}`);
  }
  const read = schema.safeParse(content);
  if (!read.success) {
    const [issue] = read.error.issues;
    const where = issue?.path.map(String).join(".") ?? "";
    const expected = issue?.code === "invalid_type" ? inWords[issue.expected] : undefined;
    throw refusal(
      path,
      `${where === "" ? "" : `${where}: `}expected ${expected ?? "something else"}`,
    );
  }
  return read.data;
}

const inWords: Readonly<Record<string, string>> = {
  object: "a JSON object",
  record: "a JSON object",
  string: "a text",
};

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
