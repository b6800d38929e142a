// The list of what both the image and the user have changed. People read it, and settle a conflict by
// removing its line.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { readText, replaceFile, setFolderAside } from "../record.mjs";

const listOf = (workspace) => join(workspace, ".kalisi/conflicts");

/** The keys that are still in the list; none if the list was removed, undefined if it cannot be read. */
export function readListed(workspace) {
  try {
    const lines = readText(listOf(workspace)).split("\n");
    return new Set(lines.map((line) => (line.startsWith("source/: ") ? "source/" : line)));
  } catch (error) {
    if (error.code === "ENOENT") return new Set();
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
  const header = [
    "# Changed by you and by the image: yours is in place. Paths are below /workspace.",
    `# To compare:          diff ${template}/PATH ${workspace}/PATH`,
    `# To take the image's: cp -P ${template}/PATH ${workspace}/PATH`,
    "# To keep yours:       take the line out of this file, or remove the file",
    "# What is settled leaves the list when the container starts next.",
  ];
  replaceFile(file, [...header, ...conflicts.values(), ""].join("\n"));
}
