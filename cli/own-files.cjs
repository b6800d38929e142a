// Runs on a bare Node, as cli/bootstrap.cjs does.
"use strict";

const { accessSync, constants, lstatSync, readdirSync, statSync } = require("node:fs");
const { join } = require("node:path");

/**
 * Where this project writes, each with how many levels of folders are looked into. The deeper ones are Pulumi's plugins,
 * and copies of its state that are only added to.
 */
const written = { node_modules: 0, ".kalisi": 1, ".pulumi-state": 4 };

/**
 * Finds what this user may not read and replace of what the project writes in a clone: mostly left by one run as root.
 *
 * @param {string} root the clone
 * @returns {{ path: string, uid: number } | undefined} the first, from the clone's root, and whose it is
 */
function firstForeign(root) {
  // To root all is open, and Windows has no owners in this sense.
  if (process.getuid === undefined || process.getuid() === 0) return undefined;
  const settings = readdirSync(root).filter((name) => /^Pulumi\..+\.yaml$/.test(name));
  const all = { "": 0, ...Object.fromEntries(settings.map((name) => [name, 0])), ...written };
  for (const [path, levels] of Object.entries(all)) {
    const found = look(root, path, levels);
    if (found !== undefined) return found;
  }
  return undefined;
}

function look(root, path, levels) {
  const stats = lstatSync(join(root, path), { throwIfNoEntry: false });
  if (stats === undefined || stats.isSymbolicLink()) return undefined;
  try {
    const needed = constants.R_OK | constants.W_OK;
    accessSync(join(root, path), stats.isDirectory() ? needed | constants.X_OK : needed);
  } catch (error) {
    // What a file system refuses to all, whoever writes there will say.
    return error.code === "EACCES" ? { path, uid: stats.uid } : undefined;
  }
  if (!stats.isDirectory() || levels === 0) return undefined;
  for (const name of readdirSync(join(root, path))) {
    const found = look(root, join(path, name), levels - 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * Whether root is at work, by sudo, for the user whose clone this is: what is made then is root's.
 *
 * @param {string} root the clone
 */
function isSudoOfOwner(root) {
  const { SUDO_UID = "" } = process.env;
  return (
    process.getuid?.() === 0 &&
    /^[1-9]\d*$/.test(SUDO_UID) &&
    Number(SUDO_UID) === statSync(root).uid
  );
}

module.exports = { firstForeign, isSudoOfOwner };
