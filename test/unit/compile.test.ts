import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(__dirname, "..", "..");
const pulumi = join(root, "node_modules", "@pulumi", "pulumi");

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "compile-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function run(program: string): unknown {
  const path = join(folder, "program.ts");
  writeFileSync(path, program);
  const args = ["--require", join(root, "compile.cjs"), path];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" }));
}

test("a file edited since is compiled again", () => {
  expect(run("const n: number = 1; console.log(n);")).toBe(1);
  expect(run("const n: number = 2; console.log(n);")).toBe(2);
});

test("an error names the line of the source, not of what was compiled", () => {
  const stack = run(`interface Gone {
  readonly once: "compiled";
}

const what: Gone["once"] = "compiled";
console.log(JSON.stringify(new Error(what).stack));`);
  expect(stack).toContain(`at Object.<anonymous> (${join(folder, "program.ts")}:6:28)`);
});

test("what serializes functions is loaded when it is used, and works", () => {
  const loaded = `Object.keys(require.cache).filter((path) => /typescript.js$|arborist.index.js$/.test(path)).length`;
  expect(
    run(`import { runtime } from ${JSON.stringify(pulumi)};
const before = ${loaded};
const one = 1;
void (async () => {
  const { text } = await runtime.serializeFunction(() => one + 1);
  const packages = await runtime.computeCodePaths();
  console.log(JSON.stringify({
    before, after: ${loaded}, text: text.includes("one + 1"), packages: packages.size > 0,
  }));
})();`),
  ).toStrictEqual({ before: 0, after: 2, text: true, packages: true });
});

test("a file that is imported only when it is needed is compiled, too", () => {
  writeFileSync(join(folder, "other.ts"), "export const n: number = 3;");
  expect(run(`void import("./other").then(({ n }) => console.log(n));`)).toBe(3);
});
