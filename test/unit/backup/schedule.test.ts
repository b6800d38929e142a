import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { ArchiveWriter } from "../../../cli/backup/archive-writer";
import { archivePath } from "../../../cli/backup/places";
import { crontabLine, removeOldest, whyDue } from "../../../cli/backup/schedule";
import { hoursSchema } from "../../../config/settings/units";

const hours = (length: string) => hoursSchema.parse(length);
const at = (time: string) => new Date(`2026-11-${time}Z`);

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kalisi-schedule-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe("a backup is due", () => {
  test.each([
    ["where there is none", [], "there is none"],
    ["once the last one is too old", ["26T09:00:00", "26T11:59:59"], "the last one is 1 d old"],
    ["not before", ["26T09:00:00", "26T12:00:01"], undefined],
    ["of a time to come no matter", ["26T11:00:00", "28T00:00:00"], "the last one is 1 d 1 h old"],
  ])("%s", (_, times, says) => {
    for (const time of times) writeFileSync(archivePath(folder, "dev", at(time)), "");
    const why = whyDue(folder, "dev", hours("1d"), at("27T12:00:00"));
    const whole = `A backup is due: ${String(says)}, and kalisi:backup.every is 1 d`;
    expect(why).toBe(says === undefined ? undefined : whole);
  });

  test("of another stack or another name counts for nothing", () => {
    writeFileSync(archivePath(folder, "dev-2", at("27T11:00:00")), "");
    writeFileSync(`${archivePath(folder, "dev", at("27T11:00:00"))}.part`, "");
    expect(whyDue(folder, "dev", hours("12h"), at("27T12:00:00"))).toContain("there is none");
  });
});

describe("the oldest backups", () => {
  async function write(time: string, clone: string | undefined, stack = "dev"): Promise<string> {
    const path = archivePath(folder, stack, at(time));
    const writer = await ArchiveWriter.create(path);
    writer.finish({
      format: "kalisi-backup",
      formatVersion: 1,
      created: at(time).toISOString(),
      stack: "dev",
      ...(clone === undefined ? {} : { clone }),
      versions: { neo4j: "5.26.1", redis: "8.0", project: "0.1.0", architecture: "x86_64" },
      settings: {},
      parts: [],
    });
    return path;
  }

  test("go, but no other's, and nothing that is no whole backup", async () => {
    const [oldest, other, unknown, second, third] = [
      await write("20T00:00:00", "mine"),
      await write("21T00:00:00", "other"),
      await write("22T00:00:00", undefined),
      await write("23T00:00:00", "mine"),
      await write("24T00:00:00", "mine"),
    ];
    const cut = archivePath(folder, "dev", at("19T00:00:00"));
    writeFileSync(cut, "cut short");
    expect(await removeOldest(folder, "dev", "mine", 2)).toStrictEqual([oldest]);
    for (const path of [other, unknown, second, third, cut]) expect(existsSync(path)).toBe(true);
    expect(await removeOldest(folder, "dev", "mine", 2)).toStrictEqual([]);
    expect(
      (await removeOldest(folder, "dev", "mine", 1)).map((path) => basename(path)),
    ).toStrictEqual(["kalisi-dev-2026-11-23T000000Z.tar"]);
  });
});

test("the line for crontab has its words quoted, and cron's own sign escaped", () => {
  expect(crontabLine("/home/me/a 100% clone", "dev", "/opt/node")).toBe(
    "17 * * * * cd '/home/me/a 100\\% clone' && '/opt/node' cli/bootstrap.cjs backup --stack dev --if-due > /dev/null",
  );
});

test("the line with secrets comes with where cron has their passphrase from", () => {
  const [comment, line, ...more] = crontabLine("/home/me", "dev", "/opt/node", true).split("\n");
  expect(comment).toMatch(/^# Needs a line KALISI_BACKUP_PASSPHRASE=\.\.\. above it/);
  expect(line).toContain("--if-due --with-secrets > /dev/null");
  expect(more).toStrictEqual([]);
});

test.each(["0h", "1w", "day", "1.5d", "12", "24H"])("%j is no interval", (text) => {
  expect(hoursSchema.safeParse(text).success).toBe(false);
});
