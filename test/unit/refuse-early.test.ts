import { mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { refuseEarly } from "../../cli/refuse-early";
import { hasEncrypted } from "../../cli/stack-settings";
import { readMachineProfile } from "../../config/machine-profile";
import type { Flags } from "../../config/settings/flags";
import { useProject } from "../support/project";

const project = useProject();

const refuse = (stackConfig: Readonly<Record<string, string>> = {}, flags: Flags = {}) => {
  const profile = readMachineProfile(project().root);
  return refuseEarly(project().root, "dev", { flags, stackConfig, environment: {}, profile });
};
const noConf = { "kalisi:neo4j": '{"conf": "source/neo4j.conf"}' };
const setting = { "kalisi:sudo": "perhaps" };

test("what is right is not refused", () => {
  expect(refuse()).toBe(true);
});

test("settings and files are refused together", () => {
  expect(() => refuse({ ...noConf, ...setting })).toThrow(/2 settings need attention/);
});

test("what set-up makes or puts back is left to it", () => {
  const env = join(project().root, "source", ".env");
  renameSync(env, `${env}.kalisi-kept`);
  expect(refuse()).toBe(true);
  rmSync(`${env}.kalisi-kept`);
  expect(refuse()).toBe(true);
});

test.each([["missing"], ["empty"]])("of a tree that is %s, to be cloned, only settings", (how) => {
  const tree = join(project().root, "source");
  rmSync(tree, { recursive: true });
  if (how === "empty") mkdirSync(tree);
  expect(refuse(noConf)).toBe(false);
  expect(() => refuse(setting)).toThrow("kalisi:sudo");
});

test("of a tree that is updated first, only settings, unless that is a preview", () => {
  const synced = { ...noConf, "kalisi:source": '{"sync": true}' };
  expect(refuse(synced)).toBe(false);
  expect(() => refuse({ ...synced, ...setting })).toThrow("kalisi:sudo");
  expect(() => refuse(synced, { planFirst: true })).toThrow("kalisi:neo4j.conf");
});

test.each([
  ["config:\n  kalisi:sudo: true\n", false],
  ["config:\n  kalisi:ssh:\n    port:\n      secure: v1:canary\n", true],
])("whether a file holds encrypted values is known without the stack (%#)", (text, is) => {
  project().write("Pulumi.dev.yaml", text);
  expect(hasEncrypted(project().root, "dev")).toBe(is);
});
