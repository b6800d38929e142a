import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { keyedDigest } from "../../config/digest";
import { readIdentity } from "../../config/identity";
import {
  readMachineProfile,
  setAsideDamaged,
  writeMachineProfile,
} from "../../config/machine-profile";

let root: string;
const file = () => join(root, ".kalisi", "machine.json");

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "kalisi-root-"));
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

test("a first read makes a key of this machine's own, which stays", () => {
  const { digestKey } = readMachineProfile(root);
  expect(digestKey).toMatch(/^[0-9a-f]{64}$/);
  expect(readMachineProfile(root).digestKey).toBe(digestKey);
});

test("only its owner can read the profile, whatever it was before", () => {
  writeMachineProfile(root, readMachineProfile(root));
  expect(statSync(file()).mode & 0o777).toBe(0o600);
  expect(statSync(join(root, ".kalisi")).mode & 0o777).toBe(0o700);
});

test.each(["{", "[]", '{"from":1}'])("a damaged profile, %s, says what to do", (text) => {
  mkdirSync(join(root, ".kalisi"));
  writeFileSync(file(), text);
  expect(() => readMachineProfile(root)).toThrow(/fix: create it again/);
  expect(readFileSync(file(), "utf8")).toBe(text);
});

describe("a profile that is no JSON", () => {
  test.each(["", '{"digestKey": "ab', "nonsense"])(
    "is set aside, and the key stays: %j",
    (text) => {
      const digestKey = readIdentity(root);
      writeFileSync(file(), text);
      expect(setAsideDamaged(root)).toBe(true);
      expect(readFileSync(`${file()}.damaged`, "utf8")).toBe(text);
      expect(readMachineProfile(root)).toStrictEqual({ digestKey });
    },
  );

  test.each([
    ["nothing else has the key", () => undefined],
    [
      "what has the key is damaged",
      () => {
        for (const folder of [".kalisi", ".pulumi-state"]) {
          mkdirSync(join(root, folder), { recursive: true });
          writeFileSync(join(root, folder, "identity.json"), "{");
        }
      },
    ],
    [
      "what has the key is of another folder",
      () => {
        readIdentity(root);
        const path = join(root, ".pulumi-state", "identity.json");
        const other = readFileSync(path, "utf8").replace(/"inode": "/, "$&1");
        for (const folder of [".kalisi", ".pulumi-state"]) {
          writeFileSync(join(root, folder, "identity.json"), other);
        }
      },
    ],
  ])("stays where %s", (_, make) => {
    mkdirSync(join(root, ".kalisi"));
    make();
    writeFileSync(file(), "{");
    expect(setAsideDamaged(root)).toBe(false);
    expect(readFileSync(file(), "utf8")).toBe("{");
  });

  test("is neither one of a newer version, nor a folder", () => {
    readIdentity(root);
    writeFileSync(file(), '{"schema": 9}');
    expect(setAsideDamaged(root)).toBe(false);
    rmSync(file());
    mkdirSync(file());
    expect(setAsideDamaged(root)).toBe(false);
  });
});

test("a keyed digest says when a secret changed, and another machine's differs", () => {
  const [key, other] = ["0".repeat(64), "1".repeat(64)];
  expect(keyedDigest(key, "a")).toBe(keyedDigest(key, "a"));
  expect(keyedDigest(key, "a")).not.toBe(keyedDigest(key, "b"));
  expect(keyedDigest(key, "a")).not.toBe(keyedDigest(other, "a"));
});
