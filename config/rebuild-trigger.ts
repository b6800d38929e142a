import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { localFolder } from "./machine";
import type { Owner } from "./owner";

/**
 * A text that changes when the built image has gone from the Engine, and then stays as it is. The provider
 * never looks whether an image that it built is still there: https://github.com/pulumi/pulumi-docker/issues/421
 * It counts, so that two previews of the same thing agree; a clone whose count is lost has another name, too.
 *
 * @param root the project's root
 * @param imageIsThere whether the Engine knows the image's name
 * @param record whether to remember a change: what a preview finds missing, only the update will build
 */
export function rebuildTrigger(
  root: string,
  { stack, clone }: Owner,
  imageIsThere: boolean,
  record: boolean,
): string {
  const path = join(localFolder(root), "rebuilds", stack);
  const count = read(path) + (imageIsThere ? 0 : 1);
  if (!imageIsThere && record) {
    write(path, count);
  }
  return `${clone}-${count}`;
}

/** How often the image was missing so far. */
function read(path: string): number {
  try {
    return Number.parseInt(readFileSync(path, "utf8"), 10) || 0;
  } catch {
    return 0;
  }
}

function write(path: string, count: number): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const partial = `${path}.${process.pid}`;
  writeFileSync(partial, `${count}\n`);
  renameSync(partial, path);
}
