import {
  chmodSync,
  closeSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";

/**
 * Puts a content in a file's place in one step: {@link moveIntoPlace}. Makes the folder where it is missing.
 *
 * @param mode @default the owner alone may read it
 */
export function replaceFile(path: string, content: string | Uint8Array, mode = 0o600): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const partial = `${path}.${process.pid}`;
  // A file that is there would keep its mode.
  rmSync(partial, { force: true });
  try {
    writeFileSync(partial, content, { mode: 0o600, flag: "wx" });
    chmodSync(partial, mode);
    moveIntoPlace(partial, path);
  } finally {
    rmSync(partial, { force: true });
  }
}

/**
 * Puts a file, or a folder with all that is in it, in its place. It is on the disk before it takes the former's
 * place, so that a power cut leaves the one or the other, intact.
 *
 * @param partial where it was made: beside its place, as a rename does not leave a file system
 */
export function moveIntoPlace(partial: string, path: string): void {
  flushAll(partial);
  renameSync(partial, path);
  // Else a power cut may undo the renaming.
  flushFolder(dirname(path));
}

/** Waits until a folder's list of names is on the disk. Windows opens no folders. */
export function flushFolder(path: string): void {
  if (!isWindows) {
    flush(path);
  }
}

const isWindows = process.platform === "win32";

function flushAll(path: string): void {
  const stats = lstatSync(path);
  if (stats.isDirectory()) {
    for (const name of readdirSync(path)) {
      flushAll(join(path, name));
    }
    flushFolder(path);
  } else if (stats.isFile()) {
    flush(path);
  }
}

function flush(path: string): void {
  // Windows flushes only what can be written to.
  const opened = openSync(path, isWindows ? "r+" : "r");
  try {
    fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
}
