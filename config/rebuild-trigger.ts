import { randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { localFolder } from "./machine";

/** Of an image that was never missing since its first build. */
const neverMissing = "first";

/**
 * A text that changes when the built image has gone from the Engine, and then stays as it is. The provider
 * never looks whether an image that it built is still there: https://github.com/pulumi/pulumi-docker/issues/421
 *
 * @param root the project's root
 * @param imageIsThere whether the Engine knows the image's name
 * @param record whether to remember a change: what a preview finds missing, only the update will build
 */
export function rebuildTrigger(
  root: string,
  stack: string,
  imageIsThere: boolean,
  record: boolean,
): string {
  const path = join(localFolder(root), "rebuilds", stack);
  if (imageIsThere) {
    return read(path) ?? neverMissing;
  }
  const trigger = randomUUID();
  if (record) {
    write(path, trigger);
  }
  return trigger;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return undefined;
  }
}

function write(path: string, trigger: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const partial = `${path}.${process.pid}`;
  writeFileSync(partial, `${trigger}\n`);
  renameSync(partial, path);
}
