// Compiles each TypeScript file of the project as it is required, without the type check that `npm test`
// does. tsx does the same, but takes JavaScript through its compiler too, which doubles the time that
// the packages of this project need to load.
"use strict";

const { readFileSync } = require("node:fs");
const { transformSync } = require("esbuild");

// Pulumi installs it as well. It reads a source map when an error is shown, not before.
require("source-map-support").install({ hookRequire: true });

require.extensions[".ts"] = (module, path) => {
  const { code } = transformSync(readFileSync(path, "utf8"), {
    loader: "ts",
    format: "cjs",
    target: "node20",
    sourcefile: path,
    sourcemap: "inline",
  });
  module._compile(code, path);
};
