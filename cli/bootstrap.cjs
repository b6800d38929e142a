// Runs on a bare Node, before any package is there: installs the packages when they are missing or
// the lock file has changed, then hands over to main.ts.
"use strict";

const { spawnSync } = require("node:child_process");
const { createHash } = require("node:crypto");
const { existsSync, mkdirSync, readFileSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");

const root = join(__dirname, "..");
// The first of its line with util.parseEnv.
const minimumNode = { major: 20, minor: 12 };

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

function ensurePackages() {
  const lock = createHash("sha256").update(readFileSync(join(root, "package-lock.json")));
  const wanted = lock.digest("hex");
  const stamp = join(root, "node_modules", ".kalisi-lock");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) {
    return;
  }
  console.error("Node packages: installing (npm ci), once");
  // No package here needs its install scripts, and newer npm versions block them.
  const npm = spawnSync(
    "npm",
    ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
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
  mkdirSync(join(root, "node_modules"), { recursive: true });
  writeFileSync(stamp, wanted);
}

ensureNode();
ensurePackages();
require("../compile.cjs");
require("./main.ts");
