import { execFileSync, spawn, spawnSync } from "node:child_process";
import fs, { chmodSync, copyFileSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { compare, compareAtRest, type Known } from "../../../cli/watch/carry";
import { Edits, watchTree } from "../../../cli/watch/edits";
import { HostTree } from "../../../cli/watch/tree";
import { useFolder, writeText } from "../../support/files";

const project = join(__dirname, "../../..");
const root = useFolder();
const ignoreFile = "docker/Dockerfile.dockerignore";

const files = { "a.rs": "a\n", "deep/b.rs": "b\n", "frontend/src/env.ts": "c\n" };

let tree: HostTree;
let known: Known;

const write = (path: string, text: string) => {
  writeText(join(root, "source", path), text);
};
const here = (path: string) => join(root, "source", path);
/** The paths at which something has to be done in the container. */
const told = () => [...compare(tree, known).keys()];

beforeEach(() => {
  rmSync(join(root, "source"), { recursive: true, force: true });
  mkdirSync(join(root, "docker"), { recursive: true });
  copyFileSync(join(project, ignoreFile), join(root, ignoreFile));
  for (const [path, text] of Object.entries(files)) write(path, text);
  tree = new HostTree(root, "source");
  const manifest = join(project, "docker/rootfs/usr/local/lib/kalisi/build/manifest.mjs");
  const { stdout } = spawnSync(process.execPath, [manifest, "list", root, "source"], {
    encoding: "utf8",
  });
  known = new Map(Object.entries((JSON.parse(stdout) as { files: Record<string, string> }).files));
});

describe("what differs from the image", () => {
  test("is nothing where its manifest says the same", () => {
    expect(told()).toStrictEqual([]);
  });

  test("is each file that is edited, added, removed, or can be executed now; and a link", () => {
    write("a.rs", "edited\n");
    rmSync(here("deep"), { recursive: true });
    symlinkSync("nowhere", here("link"));
    chmodSync(here("frontend/src/env.ts"), 0o755);
    write("new/file", "");
    const all = ["a.rs", "frontend/src/env.ts", "link", "new/file", "deep/b.rs"];
    expect(told()).toStrictEqual(all.map((path) => `source/${path}`));
  });

  test("is none of what the build is not given: secrets, git's files, what builds leave", () => {
    const left = [
      ".env",
      "deep/.env.local",
      "certs/privkey.pem",
      ".git/config",
      ".git/objects/ab/cdef",
      "deep/.git",
      "target/debug/x",
      "frontend/node_modules/x/index.js",
      "frontend/dist/index.html",
      "a.rs.swp",
    ];
    for (const path of left) write(path, "secret");
    expect(told()).toStrictEqual([]);
    expect(left.filter((path) => !tree.isIgnored(here(path)))).toStrictEqual([]);
  });

  test("is not the removal of what an image had that builds are not given any more", () => {
    known.set("source/.env.local", "file:1");
    expect(told()).toStrictEqual([]);
  });
});

test("a tree that is gone is none whose files were all removed", () => {
  rmSync(join(root, "source"), { recursive: true });
  expect(told).toThrow(/The source tree \S+ is gone: once it is back, npm run watch again/);
});

describe("while it is watched", () => {
  let edits: Edits;
  let close: () => Promise<void>;

  beforeEach(async () => {
    edits = new Edits();
    close = await watchTree(tree, edits);
  });

  afterEach(() => close());

  test.each([
    ["an edit", "echo edited > a.rs", ["source/a.rs"]],
    ["a mode", "chmod +x a.rs", ["source/a.rs"]],
    ["a removal", "rm a.rs", ["source/a.rs"]],
    ["a link to nowhere", "ln -s nowhere deep/link", ["source/deep/link"]],
    ["a file in new folders", "mkdir -p x/y; echo z > x/y/z", ["source/x/y/z"]],
    ["a folder with another name", "mv deep else", ["source/deep/b.rs", "source/else/b.rs"]],
    ["an editor's file beside", "echo edited > a.rs~; mv a.rs~ a.rs", ["source/a.rs"]],
  ])("%s is seen", async (_, line, paths) => {
    execFileSync("sh", ["-c", line], { cwd: here(".") });
    await edits.next();
    expect(told().sort()).toStrictEqual(paths);
  });

  test("ten thousand files at once are not thousands of batches", async () => {
    const script = `mkdir many; for at in $(seq 10000); do echo x > many/$at; [ $((at % 1000)) != 0 ] || sleep 0.2; done`;
    spawn("sh", ["-c", script], { cwd: here("."), stdio: "ignore" });
    const all = known.size + 10_000;
    let batches = 0;
    for (; known.size < all; batches += 1) {
      await edits.next();
      for (const path of (await compareAtRest(tree, known)).keys()) known.set(path, "carried");
    }
    // One, unless this machine stands still in between.
    expect(batches).toBeLessThan(5);
  });

  test("a file that is still being written is whole in the end", async () => {
    spawn("sh", ["-c", "for at in 1 2 3 4; do echo $at; sleep 0.2; done > big"], {
      cwd: here("."),
      stdio: "ignore",
    });
    let text;
    do {
      await edits.next();
      const [change] = compare(tree, known).get("source/big") ?? [];
      text = change !== undefined && "content" in change ? change.content.toString() : "";
    } while (text.length < 8);
    expect(text).toBe("1\n2\n3\n4\n");
  });
});

describe("a limit of the kernel", () => {
  const refused = (code: string) => {
    jest.spyOn(fs, "watch").mockImplementation(() => {
      throw Object.assign(new Error(code), { code });
    });
  };
  afterEach(() => {
    jest.restoreAllMocks();
  });

  test.each([
    ["ENOSPC", "max_user_watches"],
    ["EMFILE", "max_user_instances"],
  ])("%s is told with the setting that raises it", async (code, setting) => {
    refused(code);
    await expect(watchTree(tree, new Edits())).rejects.toMatchObject({
      code: "KALISI-WATCH-LIMIT",
      message: expect.stringMatching(
        `\\(${code}\\).*\nRaise it: sudo sysctl fs.inotify.${setting}=`,
      ) as string,
    });
  });

  test("that is reached later ends it", async () => {
    const edits = new Edits();
    const close = await watchTree(tree, edits);
    refused("ENOSPC");
    mkdirSync(here("new"));
    const untilFailed = async () => {
      for (;;) await edits.next();
    };
    await expect(untilFailed()).rejects.toMatchObject({ code: "KALISI-WATCH-LIMIT" });
    await close();
  });
});
