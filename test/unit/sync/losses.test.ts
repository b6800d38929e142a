import { useSyncedSource } from "../../support/synced-source";

const { upstream, source, sync, expectRefusal } = useSyncedSource();

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
