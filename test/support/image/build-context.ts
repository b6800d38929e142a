import { cpSync, existsSync } from "node:fs";
import { join } from "node:path";
import { buildImage } from "../../../airgap/plugins/docker/build";
import { configure } from "../../../airgap/plugins/docker/client";
import type { Props } from "../../../airgap/plugins/values";
import { findDockerHost } from "../../../config/engine/endpoint";
import { root } from "./declared";

/** Makes a folder a build context like the project's own, but for the source tree. */
export function copyBuildFiles(folder: string): void {
  for (const part of ["docker", ".kalisi/ca"]) {
    if (existsSync(join(root, part))) {
      cpSync(join(root, part), join(folder, part), { recursive: true });
    }
  }
}

/** Copies a source tree without what was built in it, and without its settings. */
export function copySources(from: string, to: string): void {
  cpSync(from, to, {
    recursive: true,
    filter: (path) => !/\/(node_modules|target|dist|\.env)$/.test(path),
  });
}

/** Builds as the stand-in does; returns the image's id. `status` is told each step that runs. */
export async function buildContext(
  name: string,
  inputs: Props,
  status: (line: string) => void = () => undefined,
): Promise<string> {
  await configure(findDockerHost(process.env, "/nonexistent").uri);
  return buildImage(name, inputs, {
    preview: false,
    signal: new AbortController().signal,
    status,
  });
}
