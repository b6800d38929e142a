import { spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const lib = join(__dirname, "../../docker/rootfs/usr/local/lib/kalisi");
const folder = mkdtempSync(join(tmpdir(), "kalisi-state-"));
const first = `${folder}-first`;
const template = join(folder, "template");
const workspace = join(folder, "workspace");
const script = join(workspace, "start.sh");
const kept = (name: string) => join(workspace, ".kalisi", name);

function run(program: string, ...args: readonly string[]) {
  return spawnSync(process.execPath, [join(lib, program), ...args], { encoding: "utf8" });
}

const seal = (text: string) => {
  writeFileSync(join(template, "start.sh"), text);
  writeFileSync(`${template}.manifest`, run("build/manifest.mjs", "template", template).stdout);
};
const bringUp = () => run("prepare/template.mjs", template, `${template}.manifest`, workspace);

beforeAll(() => {
  mkdirSync(template, { recursive: true });
  mkdirSync(join(workspace, ".kalisi"), { recursive: true });
  seal("one\n");
  const { status, stderr } = bringUp();
  if (status !== 0) throw new Error(stderr);
  writeFileSync(script, "mine\n");
  seal("two\n");
  // To make it takes longer than most tests do.
  renameSync(folder, first);
});

beforeEach(() => {
  cpSync(first, folder, { recursive: true, preserveTimestamps: true });
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

afterAll(() => {
  rmSync(first, { recursive: true });
});

const replace = (path: string, make: () => void) => {
  rmSync(path, { recursive: true, force: true });
  make();
};
const half = () => {
  const whole = readFileSync(kept("template.state"), "utf8");
  return whole.slice(0, whole.length / 2);
};

test.each<[string, () => string]>([
  ["emptied", () => ""],
  ["cut off", half],
  ["garbage", () => "\0\xff{"],
  ["of another shape, {}", () => "{}"],
  ["of another shape, []", () => "[]"],
  ["of another shape, null", () => "null"],
  ["of another shape, a number for files", () => '{"files": 3, "open": 0}'],
])("a state that is %s is told, what is there stays, and is in order again", (_, content) => {
  writeFileSync(kept("template.state"), content());
  const { status, stderr } = bringUp();
  expect(status).toBe(0);
  expect(stderr).toMatch(/^prepare: .*template\.state is damaged: .* counts as edited\n$/);
  expect(readFileSync(script, "utf8")).toBe("mine\n");
  expect(readFileSync(kept("conflicts"), "utf8")).toMatch(/^start\.sh$/m);
  expect(bringUp()).toMatchObject({ status: 0, stderr: "" });
});

test.each(["template.state", "template.state.new", "conflicts", "conflicts.new"])(
  "a folder in the place of %s is set aside, and the start goes on",
  (name) => {
    replace(kept(name), () => {
      mkdirSync(kept(`${name}/deep`), { recursive: true });
    });
    expect(bringUp().status).toBe(0);
    expect(readFileSync(script, "utf8")).toBe("mine\n");
    expect(readFileSync(kept("conflicts"), "utf8")).toMatch(/^start\.sh$/m);
    expect(bringUp()).toMatchObject({ status: 0, stderr: "" });
  },
);

test("a file in the place of .kalisi does not keep a filled workspace from starting", () => {
  replace(join(workspace, ".kalisi"), () => {
    writeFileSync(join(workspace, ".kalisi"), "");
  });
  const { status, stderr } = bringUp();
  expect(status).toBe(0);
  expect(stderr).toMatch(/not brought up to the image, tried again at the next start/);
  expect(readFileSync(script, "utf8")).toBe("mine\n");
});
