// Records that are kept from one start to the next, in files that a power cut may have cut off.
import {
  closeSync,
  fsyncSync,
  lstatSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";

/** A file's text. To open what is none, such as a pipe, could take for ever. */
export function readText(file) {
  if (!lstatSync(file).isFile()) throw new Error(`${file} is not a file`);
  return readFileSync(file, "utf8");
}

/** The record's content; undefined if there is none, or if it is not as it was written. */
export function readRecord(file, isRight) {
  try {
    const record = JSON.parse(readText(file));
    if (isRight(record)) return record;
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
  }
  console.error(`prepare: ${file} is damaged: every file that it was about counts as edited`);
  return undefined;
}

/** Whether a value is an object whose values are all text, such as paths with their contents. */
export function isListing(value) {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((item) => typeof item === "string")
  );
}

/** Writes a file in one step: after a power cut it is either the old one or the new one. */
export function replaceFile(file, content, options = {}) {
  setFolderAside(`${file}.new`);
  setFolderAside(file);
  // A file that is there would keep its mode.
  rmSync(`${file}.new`, { force: true });
  writeFileSync(`${file}.new`, content, options);
  moveIntoPlace(`${file}.new`, file);
}

/**
 * Puts what was made beside a path in its place, a folder with all that is in it: after a power cut it is the
 * former or the new one, as a whole.
 * @param now whether the new name is on the disk then; else the caller flushes the folder, once for many
 */
export function moveIntoPlace(from, to, now = true) {
  flushAll(from);
  renameSync(from, to);
  if (now) flush(dirname(to));
}

function flushAll(path) {
  const stat = lstatSync(path);
  if (stat.isDirectory()) for (const name of readdirSync(path)) flushAll(join(path, name));
  if (stat.isDirectory() || stat.isFile()) flush(path);
}

/** A folder in place of a file would be in the way for ever, but somebody may need what is in it. */
export function setFolderAside(path) {
  if (!lstatSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
  const aside = `${path}.damaged-${Date.now()}`;
  renameSync(path, aside);
  console.error(`prepare: ${path} was a folder: set aside as ${aside}`);
}

/** Waits until a file's content, or a folder's list of names, is on the disk. */
export function flush(path) {
  const opened = openSync(path, "r");
  try {
    fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
}
