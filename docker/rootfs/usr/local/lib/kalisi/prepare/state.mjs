// What is remembered of the workspace from one start to the next.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { isListing, readRecord, replaceFile } from "../record.mjs";

const fileOf = (workspace) => join(workspace, ".kalisi/template.state");

/**
 * @returns files: what each file was placed as, the common ancestor of the user's version and the next one; open: how many
 *   conflicts the image has left; carried: the paths of which the host's tree has the last word, until another image comes
 */
export function readState(workspace) {
  const right = ({ files, open, carried = [] }) =>
    isListing(files) && Number.isInteger(open) && Array.isArray(carried);
  return { carried: [], ...(readRecord(fileOf(workspace), right) ?? { files: {}, open: 0 }) };
}

export function writeState(workspace, state) {
  replaceFile(fileOf(workspace), JSON.stringify(state, null, 1));
}

/** Where the host's version of a file is kept that was edited in the workspace, too. */
export const hostFolder = (workspace) => join(workspace, ".kalisi/host");

export function forgetHost(workspace) {
  rmSync(hostFolder(workspace), { recursive: true, force: true });
}
