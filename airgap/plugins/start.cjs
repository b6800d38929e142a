// Starts the plugin that is bundled beside it from what V8 has compiled at an earlier start, which takes
// about two thirds of the time. Pulumi starts each plugin twice for every `up`.
"use strict";

const { readFileSync, renameSync, writeFileSync } = require("node:fs");
const { createRequire, wrap } = require("node:module");
const { Script } = require("node:vm");

const filename = require.resolve("./plugin.cjs");
const cache = `${filename}.cache`;

function readCache() {
  try {
    return { cachedData: readFileSync(cache) };
  } catch {
    return {};
  }
}

const kept = readCache();
const script = new Script(wrap(readFileSync(filename, "utf8")), { filename, ...kept });
const module_ = { exports: {} };
script
  .runInThisContext()
  .call(module_.exports, module_.exports, createRequire(filename), module_, filename, __dirname);

// Of another version of Node it is not taken. Once the plugin has served its first calls, V8 knows what it needs.
if (kept.cachedData === undefined || script.cachedDataRejected === true) {
  setTimeout(() => {
    writeFileSync(`${cache}.${process.pid}`, script.createCachedData());
    renameSync(`${cache}.${process.pid}`, cache);
  }, 500).unref();
}
