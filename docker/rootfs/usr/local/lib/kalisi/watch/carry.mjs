// Places a batch of the host's edits in the workspace, as prepare/template.mjs places a newer image's files: what was
// edited here stays, the host's version of it is kept beside, and both are told.
import { lstatSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { identify } from "../build/manifest.mjs";
import { openOnHost, readListed, writeConflicts } from "../prepare/conflicts.mjs";
import { apply, checkSpace, weigh } from "../prepare/files.mjs";
import { hostFolder, readState, writeState } from "../prepare/state.mjs";

const TEMPLATE = "/opt/bootstrap/workspace-template";

/** What is wrong with a path that is to be carried, below the workspace; undefined if nothing is. */
export function problemOf(path) {
  const names = typeof path === "string" ? path.split("/") : [];
  if (names.length < 2 || names[0] !== "source") return "is not in the source tree";
  if (path.includes("\0") || names.some((name) => ["", ".", ".."].includes(name)))
    return "is no path";
  return names.includes(".git") ? "is git's" : undefined;
}

/** Where the source tree's files came from, by their paths: what the host compares its own with. */
export function placedFiles(workspace) {
  const { files } = readState(workspace);
  return Object.fromEntries(Object.entries(files).filter(([path]) => path.startsWith("source/")));
}

/**
 * Places what was sent, all of it checked by problemOf.
 * @param staging the folder that has the files that are to be there
 * @param sent whether there is to be something, by its path
 * @returns carried: the paths that were changed here; conflicts: those that were edited on both sides; kept: those that
 *   one side has edited and the other removed, which stay as they are here
 */
export function carry({ staging, workspace, sent }) {
  const state = readState(workspace);
  const open = openOnHost(workspace, state);
  const there = [...sent.keys()].filter((path) => sent.get(path));
  const wanted = new Map(there.map((path) => [path, identify(join(staging, path))]));
  const job = { template: staging, workspace, wanted, bases: new Map(Object.entries(state.files)) };
  checkSpace(job);
  const files = new Map(job.bases);
  const carried = [];
  const conflicts = [];
  const kept = [];
  // What goes makes room first: for a folder where a file was, or for a link where a folder was.
  for (const stays of [false, true]) {
    const paths = [...sent.keys()].filter((path) => sent.get(path) === stays);
    const reachable = new Set(paths.filter((path) => isReachable(workspace, path)));
    const plan = weigh(job, reachable);
    apply(job, plan, files);
    carried.push(...plan.place, ...plan.remove);
    conflicts.push(...plan.conflicts);
    if (stays) conflicts.push(...paths.filter((path) => !reachable.has(path)));
    const isKept = (path) => identify(join(workspace, path)) !== wanted.get(path);
    kept.push(...plan.settle.filter(isKept));
  }
  keepHosts({ staging, workspace, wanted, sent, conflicts, open });
  writeState(workspace, {
    ...state,
    carried: [...new Set([...state.carried, ...sent.keys()])],
    files: Object.fromEntries(files),
  });
  return { carried, conflicts, kept };
}

/** Keeps the host's version of what is in conflict, and lists it; what is so no longer leaves the list. */
function keepHosts({ staging, workspace, wanted, sent, conflicts, open }) {
  const host = hostFolder(workspace);
  const lines = readListed(workspace) ?? new Map(open.map((path) => [path, path]));
  const before = JSON.stringify([...lines]);
  for (const path of sent.keys()) {
    lines.delete(path);
    rmSync(join(host, path), { force: true });
  }
  for (const path of conflicts) lines.set(path, path);
  const versions = { template: staging, workspace: host, wanted };
  apply(versions, { place: conflicts, remove: [], settle: [] }, new Map());
  if (before !== JSON.stringify([...lines])) writeConflicts(workspace, TEMPLATE, lines);
}

/** Whether all folders on the way are folders, or can be made: a link would lead out of the tree. */
export function isReachable(workspace, path) {
  for (let folder = dirname(path); folder !== "."; folder = dirname(folder)) {
    const stat = lstatSync(join(workspace, folder), { throwIfNoEntry: false });
    if (stat !== undefined && !stat.isDirectory()) return false;
  }
  return true;
}
