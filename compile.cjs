// Compiles each TypeScript file of the project as it is required, without the type check that `npm test`
// does. tsx does the same, but takes JavaScript through its compiler too, which doubles the time that
// the packages of this project need to load.
"use strict";

const { createHash } = require("node:crypto");
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const Module = require("node:module");
const { join } = require("node:path");

/** Emptied by each installation of packages, and so by a new compiler. */
const cache = join(__dirname, "node_modules", ".cache", "kalisi");
const compiler = readFileSync(__filename);

require.extensions[".ts"] = (module, path) => {
  const source = readFileSync(path);
  const hash = createHash("sha256").update(compiler).update(path).update("\0").update(source);
  module._compile(compiled(path, source, join(cache, hash.digest("hex"))), path);
};

function compiled(path, source, cached) {
  try {
    return readFileSync(cached, "utf8");
  } catch {
    const { code } = require("esbuild").transformSync(source, {
      loader: "ts",
      format: "cjs",
      target: "node20",
      // Node itself would resolve it, and knows no .ts.
      supported: { "dynamic-import": false },
      sourcefile: path,
      sourcemap: "inline",
    });
    keep(cached, code);
    return code;
  }
}

/** Where that cannot be written, as in a clone of another user, each run compiles for itself. */
function keep(cached, code) {
  try {
    mkdirSync(cache, { recursive: true });
    writeFileSync(`${cached}.${process.pid}`, code);
    renameSync(`${cached}.${process.pid}`, cached);
  } catch {}
}

// What Pulumi needs to serialize functions, dockerode to build images and to reach an Engine by an SSH of its own, which
// is not used here, and a stack that Pulumi does not know yet, takes half of the time that all need to load. It is loaded
// when it is used.
const whenUsed = new Set(["typescript", "@npmcli/arborist", "@grpc/proto-loader", "yaml"]);
const isLoadedLater = (name, parent) =>
  whenUsed.has(name) || (name === "./ssh" && /\bdocker-modem\b/.test(parent?.filename));
const load = Module._load;
Module._load = (name, parent, ...rest) => {
  if (!isLoadedLater(name, parent)) return load(name, parent, ...rest);
  const loaded = () => load(name, parent, ...rest);
  const get = (_, key) => key === "__esModule" || (key === "default" ? loaded() : loaded()[key]);
  return new Proxy(() => undefined, { get, apply: (_, self, args) => loaded()(...args) });
};

// Pulumi installs it, too. It takes a stack trace with every promise, of an error without a message:
// nobody reads those, and to map them back to their sources takes a fifth of the program's time.
require("source-map-support").install({ hookRequire: true });
const mapped = Error.prepareStackTrace;
Error.prepareStackTrace = (error, frames) =>
  error.message === "" ? [String(error), ...frames].join("\n    at ") : mapped(error, frames);
