import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { localFolder } from "../config/local-folder";
import type { MachineProfile } from "../config/machine-profile";
import { isRunning } from "./process";

/** Named after its tool and a digest of its version: cli/install-once.ts. */
const toolName = /^(.+)-[0-9a-f]{12}$/;

/** Named after its place and the process that wrote it: config/replace-file.ts, cli/install-once.ts. */
const partialName = /\.(\d+)$/;

/**
 * Finds what is in a clone's `.kalisi` and needed by nobody: what an ended process has left half written, a tool of
 * which there is a newer version, and the stand-ins where Pulumi does not use them.
 *
 * @returns paths
 */
export function findUnneeded(
  root: string,
  { pulumi }: Pick<MachineProfile, "pulumi">,
): readonly string[] {
  const folder = localFolder(root);
  const names = namesIn(folder);
  const records = ["images", "restored", "rollback", "volumes"].flatMap((name) =>
    namesIn(join(folder, name)).map((file) => join(name, file)),
  );
  const newest = new Map<string, string>();
  const madeAt = (name: string) => lstatSync(join(folder, name)).mtimeMs;
  for (const name of names) {
    const tool = toolName.exec(name)?.[1];
    const other = newest.get(tool ?? "");
    if (tool !== undefined && (other === undefined || madeAt(other) < madeAt(name))) {
      newest.set(tool, name);
    }
  }
  const isOld = (name: string) => {
    const tool = toolName.exec(name)?.[1];
    return tool !== undefined && newest.get(tool) !== name;
  };
  const isLeft = (name: string) => {
    const process = partialName.exec(name)?.[1];
    return process !== undefined && !isRunning(Number(process));
  };
  const standIns = "pulumi-home";
  const isUnused = (name: string) =>
    name === standIns && pulumi !== undefined && pulumi.home !== join(folder, standIns);
  return [...names, ...records]
    .filter((name) => isOld(name) || isLeft(name) || isUnused(name))
    .map((name) => join(folder, name));
}

/** How much a file takes, or a folder with all that is in it. */
export function sizeOf(path: string): number {
  const stats = lstatSync(path);
  return stats.isDirectory()
    ? readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0)
    : stats.size;
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
