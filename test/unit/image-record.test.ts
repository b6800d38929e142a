import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  forgetImages,
  imageFolder,
  readImages,
  recordImage,
  stacksWithImages,
  type RecordedImage,
} from "../../cli/container/image-record";
import { useFolder, writeText } from "../support/files";

const root = useFolder();

const image = (digit: string, engine = "e1"): RecordedImage => ({
  id: `sha256:${digit.repeat(64)}`,
  engine,
  names: ["kalisi/all-in-one:mine"],
});

test("a stack's images are recorded, the newest first, each once for an Engine", () => {
  expect(stacksWithImages(root)).toStrictEqual([]);
  for (const each of [image("a"), image("b"), image("a", "e2"), image("a")]) {
    recordImage(root, "mine", each);
  }
  expect(readImages(root, "mine")).toStrictEqual([image("a"), image("a", "e2"), image("b")]);
  recordImage(root, "other", image("c"));
  expect(stacksWithImages(root)).toStrictEqual(["mine", "other"]);
  forgetImages(root, "mine", [image("a")]);
  expect(readImages(root, "mine")).toStrictEqual([image("a", "e2"), image("b")]);
});

test.each([
  ["cut off", (text: string) => text.slice(0, -5)],
  ["with a name in place of an id", (text: string) => text.replace(/sha256:b+/, "ubuntu:24.04")],
])("a record that is %s has nothing to remove", (_, damage) => {
  const other = join(root, "other");
  recordImage(other, "damaged", image("b"));
  const path = join(imageFolder(other), "damaged.json");
  writeText(path, damage(readFileSync(path, "utf8")));
  expect(readImages(other, "damaged")).toStrictEqual([]);
});
