// A program that is started with this file required writes into the file FLUSH_LOG what it flushes to the disk, and
// what it renames, in their order.
"use strict";

const fs = require("node:fs");
const { syncBuiltinESMExports } = require("node:module");

const { appendFileSync, fsyncSync, openSync, renameSync } = fs;
const opened = new Map();
const log = (...words) => appendFileSync(process.env.FLUSH_LOG, `${words.join(" ")}\n`);

fs.openSync = (path, ...rest) => {
  const file = openSync(path, ...rest);
  opened.set(file, path);
  return file;
};
fs.fsyncSync = (file) => {
  fsyncSync(file);
  log("flush", opened.get(file));
};
fs.renameSync = (from, to) => {
  renameSync(from, to);
  log("rename", from, to);
};
syncBuiltinESMExports();
