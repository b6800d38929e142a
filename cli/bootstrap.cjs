// Runs on a bare Node, before any package is there: installs the packages when they are missing or
// the lock file has changed, then hands over to main.ts.
"use strict";

const { spawnSync } = require("node:child_process");
const { join } = require("node:path");
const { firstForeign, isSudoOfOwner } = require("./own-files.cjs");
const { arePackagesCurrent, stampPackages, unusablePackages } = require("./packages.cjs");

const root = join(__dirname, "..");
// The first of its line with util.parseEnv.
const minimumNode = { major: 20, minor: 12 };

// No package here needs its install scripts, and newer npm versions block them.
const quietly = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];

/** What docs/troubleshooting.md calls it goes to the end of the first line. */
function fail(code, message) {
  console.error(message.replace(/$/m, `  [${code}]`));
  process.exit(1);
}

function ensureNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < minimumNode.major || (major === minimumNode.major && minor < minimumNode.minor)) {
    fail(
      "KALISI-SETUP-NODE",
      `Node ${process.versions.node} is too old.\n` +
        `Install Node ${minimumNode.major}.${minimumNode.minor} or newer: https://nodejs.org/en/download`,
    );
  }
}

function ensureOwnFiles() {
  const found = firstForeign(root);
  if (found !== undefined) {
    const { path, uid } = found;
    const place = path === "" ? root : path;
    const quoted = `'${root.replaceAll("'", "'\\''")}'`;
    fail(
      "KALISI-CLONE-OWNER",
      uid === process.getuid()
        ? `${place} may not be written by you.\nAllow it: chmod -R u+rwX ${quoted}`
        : `${place} is of ${uid === 0 ? "root, mostly by a command that was typed with sudo" : `user ${uid}`}.\n` +
            `Make the clone yours: sudo chown -R "$(id -u)" ${quoted}`,
    );
  }
}

function warnOfSudo() {
  if (isSudoOfOwner(root)) {
    console.error(
      "This clone is yours, and what a command with sudo makes in it is root's, which stops your next one: leave sudo out",
    );
  }
}

function ensurePackages() {
  if (arePackagesCurrent(root)) {
    return;
  }
  console.error("Node packages: installing (npm ci), once");
  const npm = spawnSync(
    "npm",
    // All of them, whatever npm's settings and NODE_ENV leave out: the tests and the checks are commands, too.
    ["ci", ...["dev", "optional", "peer"].map((kind) => `--include=${kind}`), ...quietly],
    // Its stdout, too, onto stderr: stdout is for the command's result.
    { cwd: root, stdio: ["inherit", 2, 2], shell: process.platform === "win32" },
  );
  if (npm.status !== 0) {
    fail(
      "KALISI-SETUP-NPM",
      npm.error === undefined
        ? `npm ci failed (exit code ${npm.status}); see its message above`
        : `npm cannot be run (${npm.error.message}): install npm and try again`,
    );
  }
  stampPackages(root);
}

ensureNode();
ensureOwnFiles();
warnOfSudo();
ensurePackages();
try {
  require("../compile.cjs");
  require("./main.ts");
} catch (error) {
  // Of a package that another one needs, or of one for another kind of machine.
  fail("KALISI-SETUP-NPM", unusablePackages(String(error.message)));
}
