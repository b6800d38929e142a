// Compares and places files. `job` is { template, workspace, wanted, bases }. `wanted` is what the image
// ships, `bases` what the workspace's files were placed as, both by path.
import {
  copyFileSync,
  lstatSync,
  mkdirSync,
  readlinkSync,
  rmdirSync,
  rmSync,
  statfsSync,
  symlinkSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { identify } from "../build/manifest.mjs";
import { flush, moveIntoPlace, setFolderAside } from "../record.mjs";

/**
 * What to do about each path.
 * @param isOurs whether a file in its present form is known not to be the user's work
 * @param restore whether deleted files come back
 */
export function weigh({ workspace, wanted, bases }, paths, isOurs = () => false, restore = false) {
  const plan = { place: [], remove: [], settle: [], conflicts: [] };
  for (const path of paths) {
    const [want, base] = [wanted.get(path), bases.get(path)];
    const have = identify(join(workspace, path));
    const deleted = have === undefined && base !== undefined && !restore;
    const untouched = have === undefined || have === base || isOurs(path, have);
    if (have === want || deleted) plan.settle.push(path);
    else if (untouched && want !== undefined) plan.place.push(path);
    else if (untouched) plan.remove.push(path);
    // Removed from the image, but edited here: from now on it is the user's own.
    else if (want === undefined) plan.settle.push(path);
    else if (want !== base) plan.conflicts.push(path);
  }
  return plan;
}

/** Carries out a plan, and records in `files` what each path was placed as. Returns how many changed. */
export function apply(job, { place, remove, settle }, files) {
  for (const path of place) put(job, path);
  // The state that tells of them is flushed: what is not there then would count as deleted by the user.
  for (const folder of new Set(place.map(dirname))) flush(join(job.workspace, folder));
  for (const path of remove) takeAway(job.workspace, path);
  for (const path of [...place, ...remove, ...settle]) {
    if (job.wanted.has(path)) files.set(path, job.wanted.get(path));
    else files.delete(path);
  }
  return place.length + remove.length;
}

/** Copies next to the target first: an interrupted copy must never pass for a complete file. */
function put({ template, workspace }, path) {
  const [from, to] = [join(template, path), join(workspace, path)];
  const beside = `${to}.kalisi-new`;
  mkdirSync(dirname(to), { recursive: true });
  rmSync(beside, { force: true });
  try {
    if (lstatSync(from).isSymbolicLink()) symlinkSync(readlinkSync(from), beside);
    else copyFileSync(from, beside);
    setFolderAside(to);
    moveIntoPlace(beside, to, false);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}

function takeAway(workspace, path) {
  rmSync(join(workspace, path), { force: true });
  for (let folder = dirname(path); folder !== "."; folder = dirname(folder)) {
    try {
      rmdirSync(join(workspace, folder));
    } catch {
      return; // not empty
    }
  }
}

/** Nothing is begun that cannot be finished: throws if there is no room for everything that differs. */
export function checkSpace({ template, workspace, wanted }) {
  const differs = [...wanted].filter(([path, id]) => identify(join(workspace, path)) !== id);
  const needed = differs.reduce((sum, [path]) => sum + lstatSync(join(template, path)).size, 0);
  const { bavail, bsize } = statfsSync(workspace);
  if (needed <= bavail * bsize) return;
  const megabytes = (bytes) => `${Math.ceil(bytes / 1e6)} MB`;
  throw new Error(
    `the disk is full: ${megabytes(needed)} needed, ${megabytes(bavail * bsize)} free`,
  );
}
