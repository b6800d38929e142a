import {
  copyFileSync,
  cpSync,
  lstatSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { Ground } from "./wild";

/** Changes the clone, and puts back what was there. */
export const changing =
  (path: string, change: (path: string, before: string) => void) =>
  ({ clone, home }: Ground) => {
    const changed = join(clone.path, path);
    const kept = join(home, "kept");
    cpSync(changed, kept, { recursive: true, preserveTimestamps: true });
    const { ino } = lstatSync(changed);
    change(changed, kept);
    return () => {
      const now = lstatSync(changed, { throwIfNoEntry: false });
      if (now?.isFile() === true && now.ino === ino) {
        // A container that has it mounted holds the file, not its name.
        const { atime, mtime } = lstatSync(kept);
        copyFileSync(kept, changed);
        utimesSync(changed, atime, mtime);
      } else {
        rmSync(changed, { recursive: true, force: true });
        cpSync(kept, changed, { recursive: true, preserveTimestamps: true });
      }
      rmSync(kept, { recursive: true });
    };
  };

/** Replaces a part of a file. */
export const edit = (path: string, from: RegExp, to: string) => {
  writeFileSync(path, readFileSync(path, "utf8").replace(from, to));
};

/** Has something else in the place of a file or a folder. */
export const instead = (path: string, make: (path: string) => void) => {
  rmSync(path, { recursive: true });
  make(path);
};
