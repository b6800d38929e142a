import { join } from "node:path";
import { policies } from "../../policy/policies";
import { readPolicyConfig } from "../../policy/read-config";
import { useFolder, writeText } from "../support/files";

const root = useFolder();

function read(config: string) {
  writeText(join(root, "policy", "config.json"), config);
  return readPolicyConfig(root, policies);
}

test("the project's own has an effect, as far as it goes", () => {
  expect(Object.keys(readPolicyConfig(join(__dirname, "..", ".."), policies))).toStrictEqual([
    "ports-on-loopback",
    "capabilities-within-allowed",
    "no-secret-values",
  ]);
});

test("a level alone is a policy's settings, too", () => {
  expect(read('{"all": "advisory", "ports-on-loopback": {"exposedPorts": [8443]}}')).toStrictEqual({
    all: { enforcementLevel: "advisory" },
    "ports-on-loopback": { exposedPorts: [8443] },
  });
});

test.each([
  ["no JSON", "{", "cannot be read"],
  ["a list", "[]", "cannot be read"],
  ["a misspelt policy", '{"port-on-loopback": {}}', "there is no policy port-on-loopback"],
  [
    "a misspelt setting",
    '{"ports-on-loopback": {"exposed": [1]}}',
    'ports-on-loopback: Unrecognized key: "exposed"',
  ],
  [
    "a text for a number",
    '{"ports-on-loopback": {"exposedPorts": ["1"]}}',
    "ports-on-loopback.exposedPorts.0: ",
  ],
  [
    "a setting of none",
    '{"no-broad-binds": {"allowed": []}}',
    'no-broad-binds: Unrecognized key: "allowed"',
  ],
  ["a level that is none", '{"all": "off"}', "all.enforcementLevel: "],
])("%s is refused, with the file's name", (_, config, said) => {
  expect(() => read(config)).toThrow(`policy/config.json: ${said}`);
});

test("all that is wrong is told at once", () => {
  expect(() => read('{"a": {}, "all": "off"}')).toThrow("2 settings need attention");
});

test("no file is refused", () => {
  expect(() => readPolicyConfig(join(root, "nowhere"), policies)).toThrow(
    "cannot be read: no such file or directory",
  );
});
