// What the engine loads for `--policy-pack policy`. A language host has its own idea of TypeScript;
// tsx is what the rest of the project runs on.
"use strict";

require("tsx/cjs");
require("./pack");
