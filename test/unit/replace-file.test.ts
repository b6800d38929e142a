import fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installOnce } from "../../cli/install-once";
import { makeEnvFile } from "../../cli/setup/env-file";
import { replaceFile } from "../../config/replace-file";
import { useFlushes } from "../support/flushes";

let folder: string;
const flushes = useFlushes(() => folder);

beforeEach(() => {
  folder = fs.mkdtempSync(join(tmpdir(), "kalisi-replace-"));
});

afterEach(() => {
  fs.rmSync(folder, { recursive: true });
});

test("a text is on the disk before it takes a file's place, and its name after", () => {
  const path = join(folder, "a", "file");
  replaceFile(path, "former");
  const before = flushes().length;
  replaceFile(path, "text");
  expect(flushes().slice(before)).toStrictEqual([
    "flush /a/file.partial",
    "rename /a/file.partial /a/file",
    "flush /a",
  ]);
  expect(fs.readFileSync(path, "utf8")).toBe("text");
});

test("what an interrupted run has left beside a file does not lend it its mode", () => {
  const path = join(folder, "file");
  fs.writeFileSync(`${path}.${process.pid}`, "left", { mode: 0o644 });
  replaceFile(path, "text");
  expect(fs.statSync(path).mode & 0o777).toBe(0o600);
});

test("an installed folder is on the disk with all that is in it before it takes its place", async () => {
  const pins = join(folder, "pins");
  fs.writeFileSync(pins, "1.0");
  const path = await installOnce(folder, "tool", pins, (partial) => {
    fs.mkdirSync(join(partial, "bin"), { recursive: true });
    fs.writeFileSync(join(partial, "bin", "tool"), "program");
    fs.symlinkSync("bin/tool", join(partial, "link"));
    return Promise.resolve();
  });
  const name = path.replace(folder, "");
  expect(flushes()).toStrictEqual([
    `flush ${name}.partial/bin/tool`,
    `flush ${name}.partial/bin`,
    `flush ${name}.partial`,
    `rename ${name}.partial ${name}`,
    "flush /.kalisi",
  ]);
});

test("the name of a new settings file is on the disk before a database is made with its secrets", () => {
  fs.writeFileSync(join(folder, ".env.example"), "JWT_SECRET=\n");
  makeEnvFile(folder, join(folder, ".env"));
  expect(flushes().at(-1)).toBe("flush ");
});
