import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { requireWritable } from "../../cli/named-place";
import { useFolder } from "../support/files";

const folder = useFolder();

test("a file that cannot be written is told before the work, and nothing is made", () => {
  const file = join(folder, "file");
  const check = (path: string) => () => {
    requireWritable(path, "--markdown FILE");
  };
  expect(check(file)).not.toThrow();
  expect(check(folder)).toThrow(`${folder} cannot be used: it is a directory`);
  expect(check(join(file, "none"))).toThrow("no such file or directory");
  writeFileSync(file, "");
  expect(check(file)).not.toThrow();
  expect(check(join(file, "below"))).toThrow(
    "a part of its path is no folder.\nName another place: --markdown FILE",
  );
});
