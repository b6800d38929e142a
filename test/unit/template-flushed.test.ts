import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { makeFolder } from "../support/files";
import { TestRepository } from "../support/git-repository";

const lib = join(__dirname, "../../docker/rootfs/usr/local/lib/kalisi");
const hook = join(__dirname, "../support/log-flushes.cjs");

let folder: ReturnType<typeof makeFolder>;
let source: TestRepository;

beforeAll(() => {
  folder = makeFolder();
  source = new TestRepository(join(folder.path, "template", "source"));
  mkdirSync(source.path, { recursive: true });
  source.git("init", "--quiet", "--initial-branch", "main");
});

afterAll(() => {
  folder.remove();
});

function node(...args: readonly string[]) {
  const env = { ...process.env, FLUSH_LOG: join(folder.path, "log") };
  return spawnSync(process.execPath, ["--require", hook, ...args], { encoding: "utf8", env });
}

/** A flush of `from`, or a renaming, in paths below the workspace. */
interface Step {
  readonly from: string;
  readonly to: string | undefined;
}

/** Starts with a template of such files: what it flushes and renames. */
function start(files: Readonly<Record<string, string>>): readonly Step[] {
  source.commit("next", files);
  const [template, workspace, manifest, log] = ["template", "workspace", "manifest", "log"].map(
    (name) => join(folder.path, name),
  ) as [string, string, string, string];
  mkdirSync(join(workspace, ".kalisi"), { recursive: true });
  writeFileSync(manifest, node(join(lib, "build/manifest.mjs"), "template", template).stdout);
  writeFileSync(log, "");
  const started = node(join(lib, "prepare/template.mjs"), template, manifest, workspace);
  expect(started).toMatchObject({ status: 0, stderr: "" });
  const below = (path: string) => relative(workspace, path) || ".";
  return readFileSync(log, "utf8")
    .trim()
    .split("\n")
    .map((line) => {
      const [, from = "", to] = line.split(" ");
      return { from: below(from), to: to === undefined ? undefined : below(to) };
    });
}

const state = ".kalisi/template.state";

/** What was renamed though it was not on the disk, and whose new name was not when the start was remembered. */
function unflushed(steps: readonly Step[]): readonly string[] {
  const remembered = steps.findIndex(({ to }) => to === state);
  const isFlushed = (path: string, from: number, end: number) =>
    steps.slice(from, end).some((step) => step.to === undefined && step.from === path);
  return steps.flatMap(({ from, to }, at) =>
    to === undefined
      ? []
      : [
          ...(isFlushed(from, 0, at) ? [] : [`${from} before`]),
          ...(isFlushed(dirname(to), at, to === state ? steps.length : remembered)
            ? []
            : [`${to} after`]),
        ],
  );
}

const placed = (steps: readonly Step[]) => steps.flatMap(({ to }) => to ?? []);

test("what a start puts into a workspace is on the disk before the start is remembered", () => {
  const first = start({ "a.txt": "one", "deep/b.txt": "one" });
  expect(placed(first)).toStrictEqual(["source/a.txt", "source/deep/b.txt", "source/.git", state]);
  expect(unflushed(first)).toStrictEqual([]);
  const git = join(source.path, ".git");
  const objects = readdirSync(join(git, "objects"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(git, join(parentPath, name)));
  expect(objects.length).toBeGreaterThan(0);
  expect(first.map(({ from }) => from)).toEqual(
    expect.arrayContaining(objects.map((object) => `source/.git.kalisi-new/${object}`)),
  );

  const second = start({ "a.txt": "two" });
  expect(placed(second)).toStrictEqual(["source/a.txt", "source/.git/index", state]);
  expect(unflushed(second)).toStrictEqual([]);
});
