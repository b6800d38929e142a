import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { keyedDigest } from "../../config/digest";
import { readMachineProfile, writeMachineProfile } from "../../config/machine-profile";

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

test("a keyed digest says when a secret changed, and another machine's differs", () => {
  const [key, other] = ["0".repeat(64), "1".repeat(64)];
  expect(keyedDigest(key, "a")).toBe(keyedDigest(key, "a"));
  expect(keyedDigest(key, "a")).not.toBe(keyedDigest(key, "b"));
  expect(keyedDigest(key, "a")).not.toBe(keyedDigest(other, "a"));
});
