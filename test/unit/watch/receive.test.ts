import { existsSync, lstatSync, mkdirSync, readlinkSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { messagesOf, WatchedWorkspace } from "../../support/watched-workspace";

const image = { "source/a": "a\n", "source/deep/b": "b\n", "source/words": "built\n" };

let inside: WatchedWorkspace;

beforeEach(() => {
  inside = new WatchedWorkspace(image);
});

afterEach(() => {
  inside.remove();
});

const at = (path: string) => join(inside.path, path);
const none = { conflicts: [], kept: [] };

describe("what nobody edited inside", () => {
  test("is as on the host: changed, added, removed with its folder", async () => {
    expect(
      await inside.carry({
        "source/a": "edited\n",
        "source/new/c": "c\n",
        "source/deep/b": undefined,
      }),
    ).toStrictEqual({ ...none, carried: ["source/deep/b", "source/a", "source/new/c"] });
    expect(inside.read("source/a")).toBe("edited\n");
    expect(inside.read("source/new/c")).toBe("c\n");
    expect(existsSync(at("source/deep"))).toBe(false);
  });

  test("can be executed where it can be on the host, and no longer", async () => {
    await inside.send(messagesOf("source/a", "a\n", true));
    expect(lstatSync(at("source/a")).mode & 0o777).toBe(0o755);
    await inside.send(messagesOf("source/a", "a\n"));
    expect(lstatSync(at("source/a")).mode & 0o777).toBe(0o644);
  });

  test("is a link where it is one, wherever it leads", async () => {
    await inside.send([{ link: "source/a", to: "../../elsewhere" }]);
    expect(readlinkSync(at("source/a"))).toBe("../../elsewhere");
  });

  test("may be a folder where a file was, a file or a link where a folder was", async () => {
    await inside.carry({ "source/a": undefined, "source/a/in": "in\n" });
    expect(inside.read("source/a/in")).toBe("in\n");
    await inside.carry({ "source/a/in": undefined, "source/a": "a\n" });
    expect(inside.read("source/a")).toBe("a\n");
    await inside.send([{ gone: "source/deep/b" }, { link: "source/deep", to: "a" }]);
    expect(inside.read("source/deep")).toBe("a\n");
  });

  test("is whole, however many pieces it comes in", async () => {
    const data = Buffer.from("piece\n").toString("base64");
    await inside.send([{ file: "source/a", program: false }, { data }, { data }]);
    expect(inside.read("source/a")).toBe("piece\npiece\n");
  });
});

describe("what was edited inside", () => {
  test("stays, and the host's version is kept and listed", async () => {
    inside.write("source/a", "mine\n");
    expect(
      await inside.carry({ "source/a": "theirs\n", "source/deep/b": "theirs\n" }),
    ).toStrictEqual({
      carried: ["source/deep/b"],
      conflicts: ["source/a"],
      kept: [],
    });
    expect(inside.read("source/a")).toBe("mine\n");
    expect(inside.read("source/deep/b")).toBe("theirs\n");
    expect(inside.read(".kalisi/host/source/a")).toBe("theirs\n");
    expect(inside.conflicts()).toStrictEqual(["source/a"]);
  });

  test("in the same way is no conflict", async () => {
    inside.write("source/a", "the same\n");
    expect(await inside.carry({ "source/a": "the same\n" })).toStrictEqual({
      ...none,
      carried: [],
    });
  });

  test("stays where the host removes it, and stays away where it was removed inside", async () => {
    inside.write("source/a", "mine\n");
    rmSync(at("source/deep/b"));
    expect(
      await inside.carry({ "source/a": undefined, "source/deep/b": "theirs\n" }),
    ).toStrictEqual({
      carried: [],
      conflicts: [],
      kept: ["source/a", "source/deep/b"],
    });
    expect(inside.read("source/a")).toBe("mine\n");
    expect(existsSync(at("source/deep/b"))).toBe(false);
  });

  test("is no conflict any more once it is the host's version, or the host's is what was placed", async () => {
    for (const settle of [
      async () => {
        inside.write("source/a", "theirs\n");
        await inside.carry({ "source/a": "theirs\n" });
      },
      () => inside.carry({ "source/a": "theirs\n" }),
    ]) {
      inside.write("source/a", "mine\n");
      await inside.carry({ "source/a": "other\n" });
      expect(inside.conflicts()).toStrictEqual(["source/a"]);
      await settle();
      expect(inside.conflicts()).toStrictEqual([]);
      expect(inside.read(".kalisi/host/source/a")).toBeUndefined();
    }
  });

  test("counts as right once its line is out of the list, until the host changes it again", async () => {
    inside.write("source/a", "mine\n");
    await inside.carry({ "source/a": "theirs\n" });
    rmSync(at(".kalisi/conflicts"));
    expect(await inside.carry({ "source/a": "theirs\n" })).toMatchObject(none);
    expect(await inside.carry({ "source/a": "newer\n" })).toMatchObject({
      conflicts: ["source/a"],
    });
    expect(inside.read("source/a")).toBe("mine\n");
  });

  test("may be a link in a folder's place, which nothing is written through", async () => {
    rmSync(at("source/deep"), { recursive: true });
    mkdirSync(at("elsewhere"));
    symlinkSync("../elsewhere", at("source/deep"));
    expect(await inside.carry({ "source/deep/b": "theirs\n" })).toMatchObject({
      conflicts: ["source/deep/b"],
    });
    expect(existsSync(at("elsewhere/b"))).toBe(false);
  });
});

test.each([
  "../a",
  "/etc/passwd",
  "source",
  "source/../start.sh",
  "source//a",
  "source/./a",
  "source/.git/config",
  "source/deep/.git/hooks/x",
  "start.sh",
  "bin/neo4j-ui",
])("%s is refused, and all that came with it", async (path) => {
  const answers = await inside.send([
    ...messagesOf("source/a", "edited\n"),
    ...messagesOf(path, "x"),
  ]);
  expect(answers).toStrictEqual([{ problem: expect.stringMatching(/: refused$/) as string }]);
  expect(inside.read("source/a")).toBe("a\n");
});

test("nothing is written through a link that came with it", async () => {
  mkdirSync(at("elsewhere"));
  const answers = await inside.send([
    { link: "source/l", to: at("elsewhere") },
    ...messagesOf("source/l/x", "x"),
  ]);
  expect(answers).toStrictEqual([{ problem: "source/l/x is behind a link: refused" }]);
  expect(existsSync(at("elsewhere/x"))).toBe(false);
});

describe("the build", () => {
  const edit = messagesOf("source/words", "the compiler's\n");

  test("is one for a batch, and its words and its end are told", async () => {
    expect(await inside.send([...edit, ...messagesOf("source/a", "edited\n")])).toStrictEqual([
      { ...none, carried: ["source/words", "source/a"] },
      { line: "the compiler's" },
      { built: { code: 0, seconds: expect.any(Number) as number } },
    ]);
    expect(inside.read("built")).toBe("built\n");
  });

  test("that fails is told", async () => {
    expect((await inside.send([{ gone: "source/words" }])).at(-1)).toMatchObject({
      built: { code: 1 },
    });
  });

  test("is none where nothing has changed, unless it is asked for", async () => {
    expect((await inside.send(messagesOf("source/a", "a\n"))).at(-1)).toStrictEqual({
      idle: "unchanged",
    });
    expect((await inside.send([], true)).at(-1)).toMatchObject({ built: { code: 0 } });
  });

  test("is none where the services were stopped", async () => {
    inside.stopServices();
    expect((await inside.send(edit)).at(-1)).toStrictEqual({ idle: "stopped" });
    expect(inside.read("source/words")).toBe("the compiler's\n");
  });
});
