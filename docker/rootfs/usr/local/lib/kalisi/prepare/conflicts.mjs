// The list of what both the image, or the host's tree, and the user have changed. People read it, and settle a conflict
// by removing its line.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { identify } from "../build/manifest.mjs";
import { readText, replaceFile, setFolderAside } from "../record.mjs";
import { hostFolder } from "./state.mjs";

const listOf = (workspace) => join(workspace, ".kalisi/conflicts");

/** The lines that are still in the list, by their keys; none if the list was removed, undefined if it cannot be read. */
export function readListed(workspace) {
  try {
    const lines = readText(listOf(workspace))
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"));
    return new Map(lines.map((line) => [line.startsWith("source/: ") ? "source/" : line, line]));
  } catch (error) {
    if (error.code === "ENOENT") return new Map();
    // A list that cannot be read settles nothing.
    return undefined;
  }
}

export function writeConflicts(workspace, template, conflicts) {
  const file = listOf(workspace);
  if (conflicts.size === 0) {
    setFolderAside(file);
    rmSync(file, { force: true });
    return;
  }
  const host = hostFolder(workspace);
  const header = [
    "# Changed by you and by the image: yours is in place. Paths are below /workspace.",
    `# To compare:          diff ${template}/PATH ${workspace}/PATH`,
    `# To take the image's: cp -P ${template}/PATH ${workspace}/PATH`,
    `# What npm run watch has found changed on the host, too, is in ${host}: it counts instead of the image's.`,
    "# To keep yours:       take the line out of this file, or remove the file",
    "# What is settled leaves the list when the container starts next, or with the next edit on the host.",
  ];
  replaceFile(file, [...header, ...conflicts.values(), ""].join("\n"));
}

/**
 * The paths of which the host's version is kept, less those whose line the user has removed: of these it counts, in the
 * state, as placed from now on.
 */
export function openOnHost(workspace, state) {
  const listed = readListed(workspace);
  const versionOf = (path) => join(hostFolder(workspace), path);
  const kept = state.carried.filter((path) => identify(versionOf(path)) !== undefined);
  for (const path of kept.filter((path) => listed !== undefined && !listed.has(path))) {
    state.files[path] = identify(versionOf(path));
    rmSync(versionOf(path));
  }
  return kept.filter((path) => identify(versionOf(path)) !== undefined);
}
