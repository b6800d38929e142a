import { accessSync, constants, statSync } from "node:fs";
import { dirname } from "node:path";
import { reasonOf } from "../config/errors";
import { UserError } from "./user-error";

/**
 * What is said of a file or a folder that somebody has named, and that is of no use.
 *
 * @param naming how another one is named, such as `--to FOLDER`
 */
export function uselessPlace(path: string, naming: string, error: unknown): UserError {
  return new UserError(
    "KALISI-OPTION-PLACE",
    `${path} cannot be used: ${reasonOf(error)}.\nName another place: ${naming}`,
  );
}

/**
 * Makes sure that a file can be written, before the work whose result goes there.
 *
 * @throws UserError where it cannot: {@link uselessPlace}
 */
export function requireWritable(path: string, naming: string): void {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats?.isDirectory() === true) throw Object.assign(new Error(), { code: "EISDIR" });
    const place = stats === undefined ? dirname(path) : path;
    accessSync(place, constants.W_OK);
  } catch (error) {
    throw uselessPlace(path, naming, error);
  }
}
