// Runs on a bare Node, as cli/bootstrap.cjs does.
"use strict";

const { createHash } = require("node:crypto");
const { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } = require("node:fs");
const { dirname, join } = require("node:path");

const read = (path) => (existsSync(path) ? readFileSync(path, "utf8") : "");

const stampOf = (root) => join(root, "node_modules", ".kalisi-lock");

/**
 * What the packages were installed from and for which machine, and what npm itself has noted of them: it notes it anew
 * when packages are left out or added.
 */
function stampNow(root) {
  const hash = createHash("sha256").update(`${process.platform} ${process.arch}\0`);
  for (const path of ["package-lock.json", join("node_modules", ".package-lock.json")]) {
    hash.update(read(join(root, path))).update("\0");
  }
  return hash.digest("hex");
}

/** Whether the packages that the project itself names are there: an npm that was ended may have taken them away. */
function arePackagesThere(root) {
  const { dependencies, devDependencies } = JSON.parse(read(join(root, "package.json")));
  return Object.keys({ ...dependencies, ...devDependencies }).every((name) =>
    existsSync(join(root, "node_modules", name, "package.json")),
  );
}

/**
 * Whether node_modules is as {@link stampPackages} has left it.
 *
 * @param {string} root the project's root
 */
const arePackagesCurrent = (root) =>
  read(stampOf(root)) === stampNow(root) && arePackagesThere(root);

/**
 * Records that the packages are installed.
 *
 * @param {string} root the project's root
 */
function stampPackages(root) {
  const stamp = stampOf(root);
  mkdirSync(dirname(stamp), { recursive: true });
  // In a copy of hard links, as backups and tests make them, the file is the other's, too.
  rmSync(stamp, { force: true });
  writeFileSync(stamp, stampNow(root));
}

/**
 * What people are told of packages that cannot be loaded.
 *
 * @param {string} reason its first line is enough
 */
const unusablePackages = (reason) =>
  `The Node packages cannot be used: ${reason.split("\n")[0]}\n` +
  "Remove them, and they are installed again: rm -r node_modules, then the same command";

module.exports = { arePackagesCurrent, stampPackages, unusablePackages };
