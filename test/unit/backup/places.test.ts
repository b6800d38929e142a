import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { archivePath, lastBackup } from "../../../cli/backup/places";
import { describeBackups, remindOfBackup } from "../../../cli/backup/remind";
import type { Hours } from "../../../config/settings/units";
import { useFolder } from "../../support/files";

const folder = useFolder();

test("the last backup is the stack's own, and a whole one", () => {
  const [earlier, later] = ["2026-11-26T23:59:59.999Z", "2026-11-27T08:12:33.001Z"].map((time) =>
    archivePath(folder, "dev", new Date(time)),
  );
  expect(lastBackup(join(folder, "none"), "dev")).toBeUndefined();
  expect(lastBackup(folder, "dev")).toBeUndefined();
  const others = [
    archivePath(folder, "dev-2", new Date("2026-11-28T00:00:00Z")),
    `${later}.part`,
    join(folder, "kalisi-dev-notes.tar"),
  ];
  for (const file of [later, earlier, ...others]) writeFileSync(file ?? "", "");
  expect(lastBackup(folder, "dev")).toBe(join(folder, "kalisi-dev-2026-11-27T081233Z.tar"));
});

test("backups that cannot be looked for are told, and nothing fails for them", () => {
  const file = join(folder, "a-file");
  writeFileSync(file, "");
  const why = `${file} cannot be used: a part of its path is no folder`;
  const backup = { to: file, every: 24 as Hours };
  expect(() => lastBackup(file, "dev")).toThrow(why);
  expect(remindOfBackup(folder, "dev", { backup })).toContain(`Warning: ${why}`);
  expect(describeBackups(folder, "dev", { backup }).lines[0]).toContain(`Last backup: ${why}`);
  expect(describeBackups(folder, "dev", { backup: { to: "none" } })).toStrictEqual({
    lines: ["Last backup: none in none"],
  });
});
