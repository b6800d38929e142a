// What the engine loads for `--policy-pack policy`. A language host has its own idea of TypeScript;
// this is what the rest of the project is compiled by.
"use strict";

require("../compile.cjs");
require("./pack");
