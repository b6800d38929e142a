// The products of a build follow its sources. The image's products are used if the workspace's sources
// are the image's. Otherwise start.sh has built from the user's sources, or is about to.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, URL } from "node:url";
import { weigh } from "./files.mjs";
import { isListing, readRecord } from "../record.mjs";

const sources = fileURLToPath(new URL("../build/sources.sh", import.meta.url));
const FOLDERS = { rust: "bin/", frontend: "runtime/frontend/dist/" };
export const PARTS = Object.keys(FOLDERS);
const stamp = (part) => `.kalisi/stamps/${part}`;

export function partOf(path) {
  return PARTS.find((part) => path.startsWith(FOLDERS[part]) || path === stamp(part));
}

/** The plan for a part's products; undefined if they should not be the image's. */
export function productsOf(job, part) {
  if (read(join(job.template, stamp(part))) !== stampOf(part, join(job.workspace, "source")))
    return undefined;
  // Files that start.sh's own builds put there are not edits.
  const record = readRecord(join(job.workspace, `.kalisi/built/${part}`), ({ files }) =>
    isListing(files),
  );
  const built = new Map(Object.entries(record?.files ?? {}));
  const paths = [job.wanted, job.bases, built].flatMap((files) => [...files.keys()]);
  const isOurs = (path, have) => path === stamp(part) || built.get(path) === have;
  return weigh(job, new Set(paths.filter((path) => partOf(path) === part)), isOurs, true);
}

function read(file) {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    return undefined;
  }
}

function stampOf(part, source) {
  try {
    return execFileSync(sources, ["stamp", part, source], {
      encoding: "utf8",
      stdio: "pipe",
    }).trim();
  } catch {
    return "no source to build from";
  }
}
