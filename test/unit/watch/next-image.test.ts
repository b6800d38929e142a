import { rmSync } from "node:fs";
import { join } from "node:path";
import { WatchedWorkspace } from "../../support/watched-workspace";

// What a start of the container makes of files that npm run watch has carried.
const image = { "source/a": "a\n", "source/b": "b\n", "source/c": "c\n" };

let inside: WatchedWorkspace;

beforeEach(() => {
  inside = new WatchedWorkspace(image);
});

afterEach(() => {
  inside.remove();
});

const edits = { "source/a": "edited\n", "source/b": undefined, "source/new": "new\n" };
const edited = { "source/a": "edited\n", "source/c": "c\n", "source/new": "new\n" };

const read = () =>
  ["source/a", "source/b", "source/c", "source/new"].map((path) => inside.read(path));

test("an image with the same edits finds nothing to do, and no conflict", async () => {
  await inside.carry(edits);
  expect(inside.start(edited)).toBe("");
  expect(inside.conflicts()).toStrictEqual([]);
  expect(read()).toStrictEqual(["edited\n", undefined, "c\n", "new\n"]);
});

test("an image with later edits is followed, and so is one without any", async () => {
  await inside.carry(edits);
  inside.start({ ...edited, "source/a": "later\n" });
  expect(read()).toStrictEqual(["later\n", undefined, "c\n", "new\n"]);
  await inside.carry({ "source/a": "carried\n", "source/new": "carried\n" });
  inside.start(image);
  expect(read()).toStrictEqual(["a\n", "b\n", "c\n", undefined]);
  expect(inside.conflicts()).toStrictEqual([]);
});

test("what was edited inside after it was carried is a conflict with an image that changes it", async () => {
  await inside.carry(edits);
  inside.write("source/a", "mine\n");
  inside.start({ ...edited, "source/a": "later\n" });
  expect(inside.conflicts()).toStrictEqual(["source/a"]);
  expect(inside.read("source/a")).toBe("mine\n");
});

describe("the same image, with a conflict that is open", () => {
  beforeEach(() => {
    inside.write("source/c", "mine\n");
    inside.start({ ...image, "source/c": "newer\n" });
  });

  test("leaves what was carried", async () => {
    await inside.carry(edits);
    inside.start();
    expect(read()).toStrictEqual(["edited\n", undefined, "mine\n", "new\n"]);
    expect(inside.conflicts()).toStrictEqual(["source/c"]);
  });

  test("leaves a conflict with the host in the list, with the host's version", async () => {
    inside.write("source/b", "mine\n");
    await inside.carry({ "source/b": "theirs\n" });
    inside.start();
    expect(inside.conflicts()).toStrictEqual(["source/b", "source/c"]);
    expect(inside.read(".kalisi/host/source/b")).toBe("theirs\n");
  });
});

describe("a conflict with the host", () => {
  beforeEach(async () => {
    inside.write("source/a", "mine\n");
    await inside.carry({ "source/a": "theirs\n" });
  });

  test("is one with the image of the host's version, which is the other one then", () => {
    inside.start({ ...image, "source/a": "theirs\n" });
    expect(inside.conflicts()).toStrictEqual(["source/a"]);
    expect(inside.read(".kalisi/host/source/a")).toBeUndefined();
  });

  test("is none with it where its line was taken out", () => {
    rmSync(join(inside.path, ".kalisi/conflicts"));
    inside.start({ ...image, "source/a": "theirs\n" });
    expect(inside.conflicts()).toStrictEqual([]);
    expect(inside.read("source/a")).toBe("mine\n");
  });
});
