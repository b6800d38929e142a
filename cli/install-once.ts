import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { digest } from "../config/digest";
import { localFolder } from "../config/local-folder";
import { moveIntoPlace } from "../config/replace-file";

/**
 * Installs a tool into .kalisi, once for each version; one that was interrupted leaves nothing.
 *
 * @param pins the file that names the version by its hashes
 * @param install puts the tool at the path that it is given
 * @returns the tool's path
 */
export async function installOnce(
  root: string,
  name: string,
  pins: string,
  install: (path: string) => Promise<unknown>,
): Promise<string> {
  const version = digest(readFileSync(pins)).slice(0, 12);
  const path = join(localFolder(root), `${name}-${version}`);
  if (!existsSync(path)) {
    const partial = `${path}.${process.pid}`;
    try {
      await install(partial);
      moveIntoPlace(partial, path);
    } finally {
      rmSync(partial, { recursive: true, force: true });
    }
  }
  return path;
}
