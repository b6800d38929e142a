import { existsSync } from "node:fs";
import { join } from "node:path";
import { useSyncedSource } from "../../support/synced-source";

const { upstream, source, clone, sync } = useSyncedSource();

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
  clone(...options);
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
