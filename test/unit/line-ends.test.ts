import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(__dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "kalisi-line-ends-"));
const git = (...args: readonly string[]) => execFileSync("git", args, { encoding: "utf8" });

afterAll(() => {
  rmSync(folder, { recursive: true });
});

test("a clone that is to have Windows' line ends has none in any text file", () => {
  git("clone", "--quiet", "-c", "core.autocrlf=true", root, join(folder, "clone"));
  // A line each: i/ and w/ say what the index and the folder have, "-text" is git's word for a binary.
  const files = git("-C", join(folder, "clone"), "ls-files", "--eol").trim().split("\n");
  const texts = files
    .filter((line) => !/^\S+ +w\/-text/.test(line))
    .map((line) => line.split("\t")[1] ?? "");
  expect(texts).toContain("docker/build/apt.sh");
  const withReturns = texts.filter((path) =>
    readFileSync(join(folder, "clone", path)).includes("\r\n"),
  );
  expect(withReturns).toStrictEqual([]);
});
