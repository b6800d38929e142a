import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rebuildTrigger } from "../../config/engine/rebuild-trigger";

const clone = "0123";
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "kalisi-rebuild-"));
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

const update = (imageIsThere: boolean, stack = "dev") =>
  rebuildTrigger(root, { stack, clone }, imageIsThere, true);
const preview = (imageIsThere: boolean) =>
  rebuildTrigger(root, { stack: "dev", clone }, imageIsThere, false);

test("an image that is there is never built again", () => {
  expect(update(true)).toBe(update(true));
});

test("the first build, before which there is no image, is the only one", () => {
  const first = update(false);
  expect([update(true), preview(true), update(true)]).toStrictEqual([first, first, first]);
});

test("each time that the image is missing builds it again, once", () => {
  const before = update(false);
  const healed = update(false);
  expect(healed).not.toBe(before);
  expect(update(true)).toBe(healed);
});

test("a preview that finds it missing plans a build and leaves it to the update", () => {
  const before = update(false);
  expect(preview(false)).not.toBe(before);
  expect(preview(false)).toBe(preview(false));
  expect(preview(true)).toBe(before);
  expect(update(false)).not.toBe(before);
});

test("one stack's image does not concern another's", () => {
  const dev = update(false);
  update(false, "blue");
  expect(update(true)).toBe(dev);
});

test("a clone that has lost its count, and so its key, builds again", () => {
  const before = update(false);
  rmSync(join(root, ".kalisi"), { recursive: true });
  expect(rebuildTrigger(root, { stack: "dev", clone: "4567" }, false, true)).not.toBe(before);
});
