import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  readHealthyStarts,
  recordHealthyStart,
  rollbackFolder,
  type HealthyStart,
} from "../../cli/rollback/healthy-starts";
import {
  putSettingsBack,
  readReplaced,
  rollSettingsBack,
  withImage,
} from "../../cli/rollback/settings-file";
import { chooseTarget } from "../../cli/rollback/target";
import { useFolder } from "../support/files";

const id = (digit: string) => `sha256:${digit.repeat(64)}`;

const healthy = (image: string, settings = "", versions = {}): HealthyStart => ({
  at: "2026-11-27T10:00:00.000Z",
  engine: "E",
  image: id(image),
  versions,
  settings,
});

describe("the settings of a former start with its image", () => {
  test("keep their comments, and how secrets are encrypted now", () => {
    const former = "encryptionsalt: old\n# ours\nconfig:\n  kalisi:gateway:\n    port: 1 # why\n";
    expect(withImage(former, "encryptionsalt: new\nconfig:\n  kalisi:sudo: true\n", id("a"))).toBe(
      `# ours\nconfig:\n  kalisi:gateway:\n    port: 1 # why\n  kalisi:image:\n    pull: ${id("a")}\nencryptionsalt: new\n`,
    );
  });

  test.each([
    ["no file", ""],
    ["no settings", "encryptionsalt: v1\n"],
    ["an empty group", "config:\n"],
  ])("where there were none: %s", (_, former) => {
    expect(withImage(former, "", id("a"))).toBe(`config:\n  kalisi:image:\n    pull: ${id("a")}\n`);
  });
});

describe("the settings file", () => {
  const root = useFolder();
  const file = (stack: string) => join(root, `Pulumi.${stack}.yaml`);

  test("is as it was where a rollback comes to nothing, and so is what was kept aside", () => {
    writeFileSync(file("dev"), "mine");
    rollSettingsBack(root, "dev", "former", false);
    expect(readFileSync(file("dev"), "utf8")).toBe("former");
    const takeBack = rollSettingsBack(root, "dev", "older", true);
    expect(readFileSync(file("dev"), "utf8")).toBe("older");
    takeBack();
    expect(readFileSync(file("dev"), "utf8")).toBe("former");
    expect(readReplaced(root, "dev")).toBe("mine");
    putSettingsBack(root, "dev");
    expect(readFileSync(file("dev"), "utf8")).toBe("mine");
    expect(readReplaced(root, "dev")).toBeUndefined();
  });

  test("that was not there is gone again", () => {
    rollSettingsBack(root, "new", "former", false)();
    expect(existsSync(file("new"))).toBe(false);
    expect(readReplaced(root, "new")).toBeUndefined();
  });
});

describe("what is gone back to", () => {
  const [a, b] = ["config:\n  kalisi:sudo: true\n", "config:\n  kalisi:sudo: false\n"];

  test.each([
    ["after a failed start, the last healthy one", { image: id("9"), settings: b }, id("2")],
    ["without a container, the last healthy one", { image: undefined, settings: a }, id("2")],
    ["of other settings, too", { image: id("2"), settings: "config:\n  a: b\n" }, id("2")],
    ["after a healthy start, the one before", { image: id("2"), settings: a }, id("1")],
    ["with other spaces and comments", { image: id("2"), settings: `# so\n\n${a}` }, id("1")],
    [
      "after a rollback, the one before that",
      { image: id("2"), settings: withImage(a, b, id("2")) },
      id("1"),
    ],
    ["from the first one, nothing", { image: id("1"), settings: b }, undefined],
  ])("%s", (_, present, image) => {
    const target = chooseTarget([healthy("2", a), healthy("1", b)], present);
    expect(target?.start.image).toBe(image);
    // What runs then is not healthy, or was made otherwise.
    expect(target?.isLast).toBe(image === undefined ? undefined : image === id("2"));
  });

  test.each([
    ["5.26.28", "5.26.1", false],
    ["2025.1.0", "5.26.1", true],
    ["5.26.1", "", false],
  ])("written by %s, to be read by %s: refused is %s", (now, former, refused) => {
    const starts = [healthy("2", a, { Neo4j: now }), healthy("1", b, { Neo4j: former })];
    const target = chooseTarget(starts, { image: id("2"), settings: a });
    expect(target?.problem !== undefined).toBe(refused);
  });
});

describe("the record", () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "kalisi-rollback-"));
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  test("keeps the last three, and one that is repeated once", () => {
    for (const image of ["1", "2", "3", "4", "3"]) {
      recordHealthyStart(root, "dev", healthy(image));
    }
    expect(readHealthyStarts(root, "dev").map(({ image }) => image)).toStrictEqual(
      ["3", "4", "2"].map(id),
    );
  });

  test.each(["", "[{", '[{"image": "latest"}]'])("that is damaged counts as empty: %j", (text) => {
    recordHealthyStart(root, "dev", healthy("1"));
    writeFileSync(join(rollbackFolder(root), "dev.json"), text);
    expect(readHealthyStarts(root, "dev")).toStrictEqual([]);
  });
});
