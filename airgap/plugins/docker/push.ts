import type { Context } from "../resource";
import { isObject, text, type Json } from "../values";
import { docker, engineError } from "./client";
import { credentialsFor, registryOf } from "../../../config/engine/registry-credentials";
import { follow, type Progress } from "../../../config/engine/progress";

/**
 * Pushes a local image with the Docker client's own credentials.
 *
 * @returns where it then is, `name@sha256:...`
 */
export async function pushImage(name: string, context: Context): Promise<string> {
  try {
    const authconfig = await credentialsFor(registryOf(name) ?? "", process.env);
    const output = await docker()
      .getImage(name)
      .push({ authconfig: authconfig ?? {}, abortSignal: context.signal });
    const progress = await follow(output, (line) => {
      context.status(line);
    });
    const digest = progress.map(pushedDigest).find((found) => found !== undefined);
    if (digest === undefined) {
      throw new Error("the Engine did not say what it has pushed");
    }
    return `${withoutTag(name)}@${digest}`;
  } catch (error) {
    throw engineError(`${name} cannot be pushed`, error);
  }
}

function pushedDigest({ aux }: Progress): string | undefined {
  const result = aux as Json | undefined;
  return isObject(result) ? text(result["Digest"]) : undefined;
}

/** Of `registry:5000/name:tag` the `registry:5000/name`. */
export function withoutTag(name: string): string {
  return name.replace(/:[^/:]+$/, "");
}
