import { utimesSync } from "node:fs";
import { join, relative } from "node:path";
import { findUnneeded, sizeOf } from "../../cli/clone-caches";
import { useFolder, writeText } from "../support/files";

const root = useFolder();
const local = join(root, ".kalisi");

/** No process has a number as high: `PID_MAX_LIMIT` of proc_pid_max(5). */
const ended = 2 ** 22 + 1;

test("of .kalisi, what an ended process left, former tools and unused stand-ins are not needed", () => {
  const [old, newer, only] = [
    "hadolint-aaaaaaaaaaaa",
    "hadolint-bbbbbbbbbbbb",
    "audit-cccccccccccc",
  ];
  for (const path of [
    `${old}/program`,
    `${newer}/program`,
    `${only}/program`,
    `machine.json`,
    `machine.json.${process.pid}`,
    `machine.json.${ended}`,
    `volumes/dev.json`,
    `volumes/dev.json.${ended}`,
    `restored/dev.env`,
    `restored/dev.env.${ended}`,
    "pulumi-home/plugins",
    "error.txt",
  ]) {
    writeText(join(local, path), "1234");
  }
  utimesSync(join(local, old), 1, 1);
  const found = (home: string | undefined) =>
    [...findUnneeded(root, { pulumi: { bin: "/bin", version: "3", home } })]
      .map((path) => relative(local, path))
      .sort();
  const always = [
    old,
    `machine.json.${ended}`,
    `restored/dev.env.${ended}`,
    `volumes/dev.json.${ended}`,
  ];
  expect(found(join(local, "pulumi-home"))).toStrictEqual(always);
  expect(found(undefined)).toStrictEqual([...always, "pulumi-home"].sort());
  expect(
    findUnneeded(root, {})
      .map((path) => relative(local, path))
      .sort(),
  ).toStrictEqual(always);
  expect(sizeOf(join(local, old))).toBe(4);
});
