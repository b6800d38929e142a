import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix, relative } from "node:path";

/** The folders that are drawn as one, with what is in them; a file beside them is of the nearest above it. */
const rooms = [
  "index.ts",
  "cli",
  "components",
  "airgap",
  "policy",
  "config",
  "config/settings",
  "config/files",
  "config/engine",
  "config/cluster",
];

/**
 * Which room imports which, as the code has it, in Mermaid's language: https://mermaid.js.org/syntax/flowchart.html
 *
 * @param root the project's root
 */
export function drawRooms(root: string): string {
  const arrows = new Set<string>();
  for (const file of sources(root)) {
    const text = readFileSync(join(root, file), "utf8");
    for (const [, path = ""] of text.matchAll(/(?:from|import\() ?"(\.[^"]*)"/g)) {
      const [from, to] = [roomOf(file), roomOf(posix.join(dirname(file), path))];
      if (from !== to && from !== undefined && to !== undefined) {
        arrows.add(`  ${idOf(from)} --> ${idOf(to)}`);
      }
    }
  }
  return [
    "```mermaid",
    "flowchart TD",
    ...rooms.map((room) => `  ${idOf(room)}["${room}"]`),
    ...[...arrows].sort(),
    "```",
  ].join("\n");
}

function sources(root: string): readonly string[] {
  const folders = rooms.filter((room) => !/[./]/.test(room));
  return [
    "index.ts",
    ...folders.flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
        .map((entry) => relative(root, join(entry.parentPath, entry.name))),
    ),
  ];
}

function roomOf(path: string): string | undefined {
  return rooms.findLast((room) => path === room || path.startsWith(`${room}/`));
}

function idOf(room: string): string {
  return room.replace(/\W/g, "_");
}
