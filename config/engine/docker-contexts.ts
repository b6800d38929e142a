import { createHash } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { ConfigError } from "../errors";
import { quoted } from "../quote";
import { engineUrl } from "../settings/formats";
import { readClientFile } from "./client-config";

/**
 * The address of a context's Engine. The context store names each context's folder by the SHA-256 of its name:
 * https://github.com/docker/cli/blob/master/cli/context/store/metadatastore.go
 *
 * @param folder the Docker client's
 * @throws ConfigError where there is no such context, or it cannot be used
 */
export function contextEndpoint(folder: string, context: string): string {
  const id = createHash("sha256").update(context).digest("hex");
  const path = join(metaFolder(folder), id, "meta.json");
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
  const problem = addressProblem(uri);
  if (problem !== undefined) {
    throw new ConfigError([
      {
        code: "KALISI-ENGINE-CONTEXT",
        setting: "Docker context",
        value: context,
        problem: `its address: ${problem}`,
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

/** What is wrong with an Engine's address; undefined where nothing is. */
export function addressProblem(uri: string): string | undefined {
  const { error } = engineUrl.safeParse(uri);
  return error?.issues.map(({ message }) => message).join("; ");
}

const contextSchema = z.looseObject({
  Name: z.string().optional(),
  Endpoints: z
    .looseObject({ docker: z.looseObject({ Host: z.string().optional() }).optional() })
    .optional(),
});

/**
 * The names of the contexts that there are; one whose file cannot be read is left out.
 *
 * @param folder the Docker client's
 */
export function contextNames(folder: string): readonly string[] {
  const meta = metaFolder(folder);
  const names = existsSync(meta)
    ? readdirSync(meta).flatMap((id) => nameIn(join(meta, id, "meta.json")) ?? [])
    : [];
  return names.sort();
}

function nameIn(path: string): string | undefined {
  try {
    return readClientFile(path, contextSchema).Name;
  } catch {
    return undefined;
  }
}

const metaFolder = (folder: string) => join(folder, "contexts", "meta");
