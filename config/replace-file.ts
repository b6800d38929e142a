import {
  closeSync,
  fchmodSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";

/**
 * Puts a text in a file's place in one step, readable by its owner only. It is on the disk before it takes the
 * former's place, so that a power cut leaves the one or the other, whole. Makes the folder where it is missing.
 */
export function replaceFile(path: string, text: string): void {
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const partial = `${path}.${process.pid}`;
  const file = openSync(partial, "w", 0o600);
  try {
    fchmodSync(file, 0o600);
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(partial, path);
  flushFolder(folder);
}

/** Else a power cut may undo the renaming. Windows opens no folders. */
function flushFolder(path: string): void {
  if (process.platform !== "win32") {
    const folder = openSync(path, "r");
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
  }
}
