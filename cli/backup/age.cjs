// The package is an ES module, which Node 20 imports and does not require; compile.cjs makes a require of each import.
"use strict";

exports.loadAge = () => import("age-encryption");
