// Stands in for packages that Pulumi loads and no test uses, as compile.cjs has it for the program: TypeScript's
// compiler alone would take half of what a test file needs to load.
"use strict";

const refuse = () => {
  throw new Error("a test uses a package that jest.config.cjs leaves out");
};

module.exports = new Proxy(refuse, {
  get: (_, key) => (key === "__esModule" ? false : key === "then" ? undefined : module.exports),
});
