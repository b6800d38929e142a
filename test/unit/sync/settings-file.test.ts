import { lstatSync, readlinkSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { restoreKept } from "../../../cli/source/keep-settings";
import { useFlushes } from "../../support/flushes";
import { useSyncedSource } from "../../support/synced-source";

const { upstream, source, sync, expectRefusal } = useSyncedSource();

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

  test("and so is a link of that name, wherever it leads", async () => {
    symlinkSync("/nowhere", join(source.path, ".env.kalisi-kept"));
    upstream.commit("second");
    await sync();
    expect(readlinkSync(join(source.path, ".env"))).toBe("/nowhere");
  });
});

describe("a power cut while git changes the tree", () => {
  const flushes = useFlushes(() => source.path);

  test("finds the settings put aside, or in their place", async () => {
    source.write({ ".env": "MINE=1" });
    upstream.commit("tracked", { ".env": "THEIRS=1" });
    await sync();
    expect(flushes()).toStrictEqual([
      "rename /.env /.env.kalisi-kept",
      "flush ",
      "flush /.env.kalisi-kept",
      "rename /.env.kalisi-kept /.env",
      "flush ",
    ]);
  });

  test("finds what is put back after it on the disk", () => {
    source.write({ ".env.kalisi-kept": "MINE=1" });
    const path = join(source.path, ".env");
    expect(restoreKept([path, join(source.path, "source", ".env")])).toStrictEqual([path]);
    expect(flushes()).toStrictEqual([
      "flush /.env.kalisi-kept",
      "rename /.env.kalisi-kept /.env",
      "flush ",
    ]);
    expect(lstatSync(path).isFile()).toBe(true);
  });
});
