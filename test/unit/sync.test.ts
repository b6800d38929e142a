import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { syncSource, type SyncOptions } from "../../cli/source/sync";
import { makeFolder } from "../support/files";
import { TestRepository } from "../support/git-repository";

let folder: ReturnType<typeof makeFolder>;
/** The repository that the tree comes from. */
let upstream: TestRepository;
/** The user's clone of it. */
let source: TestRepository;

beforeAll(() => {
  folder = makeFolder();
  mkdirSync(join(folder.path, "upstream"));
  upstream = new TestRepository(join(folder.path, "upstream"));
  upstream.git("init", "--quiet", "--initial-branch", "main");
  upstream.commit("first", {
    "Cargo.toml": "[workspace]",
    "src/a.rs": "a",
    ".gitignore": ".env\n",
  });
  source = clone();
  for (const name of repositories) rename(name, `first-${name}`);
});

beforeEach(() => {
  for (const name of repositories) {
    cpSync(join(folder.path, `first-${name}`), join(folder.path, name), { recursive: true });
  }
});

afterEach(() => {
  for (const name of readdirSync(folder.path)) {
    if (!name.startsWith("first-")) rmSync(join(folder.path, name), { recursive: true });
  }
});

afterAll(() => {
  folder.remove();
});

/** As they are before each test: to make them takes longer than most tests do. */
const repositories = ["upstream", "source"];

function rename(from: string, to: string): void {
  renameSync(join(folder.path, from), join(folder.path, to));
}

function clone(...options: readonly string[]): TestRepository {
  upstream.git(
    "clone",
    "--quiet",
    ...options,
    `file://${upstream.path}`,
    join(folder.path, "source"),
  );
  return new TestRepository(join(folder.path, "source"));
}

function sync(options: Partial<SyncOptions> = {}) {
  return syncSource(folder.path, {
    path: "source",
    ref: "main",
    settings: [".env", "source/.env"],
    discard: false,
    ...options,
  });
}

/** Expects a refusal that says all of it, and leaves everything as it was. */
async function expectRefusal(options: Partial<SyncOptions>, ...said: readonly string[]) {
  const before = source.snapshot();
  const error: unknown = await sync(options).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(Error);
  for (const part of said) expect((error as Error).message).toContain(part);
  expect(source.snapshot()).toStrictEqual(before);
}

test("new commits come in, and the tree is exactly the remote's", async () => {
  const from = source.head();
  upstream.commit("second", { "src/a.rs": "a2", "src/b.rs": "b" });
  upstream.remove("src/a.rs");
  const to = upstream.commit("third");
  expect(await sync()).toMatchObject({ from, to, commits: 2, kept: [] });
  expect(source.head()).toBe(to);
  expect(source.git("branch", "--show-current")).toBe("main");
  expect(source.git("status", "--porcelain")).toBe("");
  expect(existsSync(join(source.path, "src/a.rs"))).toBe(false);
});

test("with nothing new, nothing happens", async () => {
  const before = source.snapshot();
  const head = source.head();
  expect(await sync()).toMatchObject({ from: head, to: head, commits: 0 });
  expect(source.snapshot()).toStrictEqual(before);
});

test.each([
  ["shallow", ["--depth", "1"]],
  ["single-branch", ["--single-branch", "--branch", "main"]],
])("a %s clone is brought up to date", async (_, options) => {
  upstream.commit("second", { "src/b.rs": "b" });
  source.remove(".");
  source = clone(...options);
  const to = upstream.commit("third", { "src/c.rs": "c" });
  expect(await sync()).toMatchObject({ to, commits: 1 });
  expect(source.git("status", "--porcelain")).toBe("");
});

test("another branch is followed where it is configured", async () => {
  upstream.git("switch", "--quiet", "--create", "next");
  upstream.commit("on next");
  source.git("fetch", "--quiet");
  source.git("switch", "--quiet", "next");
  const to = upstream.commit("more on next");
  expect(await sync({ ref: "next" })).toMatchObject({ to, commits: 1 });
});

describe("what would be lost stops it, and is named", () => {
  beforeEach(() => {
    upstream.commit("second", { "src/b.rs": "upstream's", "x/y": "upstream's" });
  });

  test("an edit, staged or not", async () => {
    source.write({ "src/a.rs": "mine" });
    await expectRefusal({}, " M src/a.rs", "npm run sync -- --discard");
    source.git("add", "src/a.rs");
    await expectRefusal({}, "M  src/a.rs");
  });

  test("an edit even where there is nothing new", async () => {
    await sync();
    source.write({ "src/a.rs": "mine" });
    await expectRefusal({}, " M src/a.rs");
  });

  test("a file removed", async () => {
    source.remove("src/a.rs");
    await expectRefusal({}, " D src/a.rs");
  });

  test("an untracked file in the way", async () => {
    source.write({ "src/b.rs": "mine" });
    await expectRefusal({}, "src/b.rs");
    expect(source.read("src/b.rs")).toBe("mine");
  });

  test("an ignored file in the way, which git itself would overwrite", async () => {
    source.write({ ".git/info/exclude": "b.rs\n", "src/b.rs": "mine" });
    await expectRefusal({}, "src/b.rs");
    expect(source.read("src/b.rs")).toBe("mine");
  });

  test("an untracked file where the remote has a folder", async () => {
    source.write({ x: "mine" });
    await expectRefusal({}, "    x");
    expect(source.read("x")).toBe("mine");
  });

  test("an untracked folder's file where the remote has a file", async () => {
    source.write({ "src/b.rs/mine": "mine" });
    await expectRefusal({}, "src/b.rs/mine");
  });

  test("a commit that no remote has", async () => {
    source.commit("my work", { "src/mine.rs": "mine" });
    await expectRefusal({}, "my work");
  });

  test("all kinds at once", async () => {
    source.commit("my work");
    source.write({ "src/a.rs": "mine", "src/b.rs": "mine" });
    await expectRefusal({}, "my work", "src/a.rs", "src/b.rs");
  });
});

test("what is in nobody's way stays", async () => {
  upstream.commit("second", { "src/b.rs": "b" });
  source.write({ "notes.txt": "mine", "target/built": "mine" });
  await sync();
  expect([source.read("notes.txt"), source.read("target/built")]).toStrictEqual(["mine", "mine"]);
});

test("a commit that another branch of the remote has is not lost", async () => {
  source.commit("my work", { "src/mine.rs": "mine" });
  source.git("push", "--quiet", "origin", "HEAD:my-branch");
  const to = upstream.commit("second");
  expect(await sync()).toMatchObject({ to, discarded: { commits: [] } });
});

test("a history that the remote has rewritten is taken over: nothing of it was made here", async () => {
  upstream.git("commit", "--quiet", "--amend", "--message", "first, again");
  const to = upstream.head();
  expect(await sync()).toMatchObject({ to });
  expect(source.head()).toBe(to);
});

describe("--discard", () => {
  test("throws all of it away, says what, and leaves the rest", async () => {
    const to = upstream.commit("second", { "src/b.rs": "upstream's", "x/y": "upstream's" });
    const mine = source.commit("my work");
    source.write({ "src/a.rs": "mine", "src/b.rs": "mine", x: "mine", "notes.txt": "mine" });
    expect(await sync({ discard: true })).toMatchObject({
      from: mine,
      to,
      discarded: { edits: [" M src/a.rs"], overwritten: ["src/b.rs", "x"] },
    });
    expect(source.git("status", "--porcelain")).toBe("?? notes.txt");
    expect(source.read("src/b.rs")).toBe("upstream's");
    // The commits are left to git's own memory.
    expect(source.git("log", "-1", "--format=%s", mine)).toBe("my work");
  });

  test("throws an edit away where there is nothing new", async () => {
    source.write({ "src/a.rs": "mine" });
    await sync({ discard: true });
    expect(source.read("src/a.rs")).toBe("a");
  });

  test("ends a merge that has begun", async () => {
    source.commit("mine", { "src/a.rs": "mine" });
    const to = upstream.commit("theirs", { "src/a.rs": "theirs" });
    source.git("fetch", "--quiet");
    expect(() => source.git("merge", "origin/main")).toThrow();
    await expectRefusal({}, "src/a.rs");
    await sync({ discard: true });
    expect([source.head(), source.git("status", "--porcelain")]).toStrictEqual([to, ""]);
  });
});

describe("the settings file is the user's", () => {
  test("where git ignores it", async () => {
    source.write({ ".env": "MINE=1" });
    upstream.commit("second", { "src/b.rs": "b" });
    expect(await sync()).toMatchObject({ kept: [] });
    expect(source.read(".env")).toBe("MINE=1");
  });

  test.each([false, true])(
    "where git tracks it and the remote changes it (discard: %s)",
    async (discard) => {
      upstream.commit("tracked", { "source/.env": "THEIRS=1" });
      await sync();
      source.write({ "source/.env": "MINE=1" });
      source.git("add", "source/.env");
      const inode = statSync(join(source.path, "source/.env")).ino;
      const to = upstream.commit("changed", { "source/.env": "THEIRS=2" });
      expect(await sync({ discard })).toMatchObject({ to, kept: ["source/.env"] });
      expect(source.read("source/.env")).toBe("MINE=1");
      // A running container has mounted this very file.
      expect(statSync(join(source.path, "source/.env")).ino).toBe(inode);
      expect(source.git("status", "--porcelain")).toBe("M source/.env");
    },
  );

  test.each([false, true])("where the remote begins to track it (discard: %s)", async (discard) => {
    source.write({ ".env": "MINE=1" });
    upstream.commit("tracked", { ".env": "THEIRS=1" });
    expect(await sync({ discard })).toMatchObject({ kept: [".env"] });
    expect(source.read(".env")).toBe("MINE=1");
  });

  test("where the remote no longer has it", async () => {
    upstream.commit("tracked", { "source/.env": "THEIRS=1" });
    await sync();
    source.write({ "source/.env": "MINE=1" });
    upstream.remove("source");
    upstream.commit("no longer");
    await sync();
    expect(source.read("source/.env")).toBe("MINE=1");
  });

  test("after an update that was killed halfway", async () => {
    source.write({ ".env.kalisi-kept": "MINE=1" });
    await sync({ discard: true });
    upstream.commit("second");
    await sync();
    expect(source.read(".env")).toBe("MINE=1");
    source.write({ ".env.kalisi-kept": "MINE=2" });
    upstream.commit("third");
    await expectRefusal({}, ".env.kalisi-kept", "Keep one of them");
  });
});

describe("refused with a clear message", () => {
  test("a detached HEAD", async () => {
    source.git("switch", "--quiet", "--detach");
    await expectRefusal({ discard: true }, "is on no branch", "git -C source switch main");
  });

  test("another branch", async () => {
    source.git("switch", "--quiet", "--create", "mine");
    await expectRefusal({ discard: true }, "is on branch mine", "git -C source switch main");
  });

  test("a remote that does not answer", async () => {
    source.git("remote", "set-url", "origin", "http://me:secret@127.0.0.1:9/kalisi.git");
    await expectRefusal({}, "127.0.0.1", "was left as it is", "could not be fetched");
    const error: unknown = await sync().catch((reason: unknown) => reason);
    expect(String(error)).not.toContain("secret");
  });

  test("a remote that is gone, and a branch that it has not", async () => {
    await expectRefusal({ ref: "main", repository: "https://example.com/other.git" }, "set-url");
    upstream.git("branch", "--move", "main", "trunk");
    await expectRefusal({}, "branch main could not be fetched");
    source.git("remote", "remove", "origin");
    await expectRefusal({}, "has no remote origin");
  });

  test("a folder that is no clone of its own", async () => {
    upstream.write({ "inside/Cargo.toml": "[workspace]" });
    await expect(
      syncSource(upstream.path, { path: "inside", ref: "main", settings: [], discard: true }),
    ).rejects.toThrow("is not a clone of a repository of its own");
  });

  test.each(["--upload-pack=touch pwned", "-c", "a b", "a..b", "main:other", "@{-1}", ""])(
    "the branch %p",
    async (ref) => {
      await expectRefusal({ ref, discard: true }, "kalisi:source.ref", JSON.stringify(ref));
    },
  );

  test("a repository that git would take for an option", async () => {
    await expectRefusal({ repository: "--upload-pack=x" }, "kalisi:source.repository");
  });
});

test("a variable that a git hook sets does not lead to another repository", async () => {
  const to = upstream.commit("second");
  process.env["GIT_DIR"] = join(upstream.path, ".git");
  try {
    await sync();
  } finally {
    delete process.env["GIT_DIR"];
  }
  expect(source.head()).toBe(to);
});
