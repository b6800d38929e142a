import { nearestKeys } from "../../../config/settings/known-keys";
import { readRawConfig } from "../../../config/settings/parse";
import { configPath } from "../../../config/settings/set-command";
import { parse } from "../../support/settings";

test("all problems come at once, each named as its user typed it", () => {
  const { problems } = parse({
    env: { KALISI_AUTO_START: "maybe" },
    stack: { ssh: { port: 70000, prot: 1 }, gateway: { port: "x" } },
  });
  expect(problems.map(({ setting }) => setting)).toStrictEqual([
    "KALISI_AUTO_START",
    "kalisi:ssh.port",
    "kalisi:ssh.prot",
    "kalisi:gateway.port",
  ]);
  expect(problems[1]).toMatchObject({
    value: "70000",
    problem: "expected a port from 1 to 65535",
    fix: "pulumi config set --path 'kalisi:ssh.port' VALUE",
  });
  expect(problems[2]).toStrictEqual({
    code: "KALISI-SETTING-UNKNOWN",
    setting: "kalisi:ssh.prot",
    problem: "is not a known key; did you mean kalisi:ssh.port?",
    fix: "pulumi config rm --path 'kalisi:ssh.prot' && pulumi config set --path 'kalisi:ssh.port' VALUE",
  });
});

test("raw config: other namespaces are not ours, unknown keys and broken values are problems", () => {
  const { values, problems } = readRawConfig({
    "docker:host": "x",
    "kalisi:dockerHost": "tcp://h:1",
    "kalisi:ssh": '{"port":1}',
    "kalisi:shs": "{}",
    "kalisi:gateway": "8443,",
    "kalisi:autoStart": "",
    "kalsi:sudo": "true",
  });
  expect(values).toStrictEqual({ dockerHost: "tcp://h:1", ssh: { port: 1 }, gateway: "8443," });
  expect(problems.map(({ setting }) => setting)).toStrictEqual(["kalisi:shs", "kalsi:sudo"]);
});

test.each([
  [["ssh", "prot"], ["kalisi:ssh.port"]],
  [["sshPort"], ["kalisi:ssh.port"]],
  [["ssh.port"], ["kalisi:ssh.port"]],
  [["autostart"], ["kalisi:autoStart"]],
  [
    ["memory"],
    ["kalisi:redis.memory", "kalisi:resources.memory", "kalisi:kubernetes.requests.memory"],
  ],
  [["image", "mirrors", "aptproxy"], ["kalisi:image.mirrors.aptProxy"]],
  [["ports", "0", "extrnal"], ["kalisi:ports[0].external"]],
  [["wholly", "different"], []],
])("the unknown key %j is told what it may have been meant to be", (path, near) => {
  expect(nearestKeys(path).map(configPath)).toStrictEqual(near);
});

test("what is right is read though something else is wrong", () => {
  const { config, problems, isWrong } = parse({
    stack: { ssh: { port: 0, agentForwarding: true }, sudo: true, ports: [{ internal: 1 }] },
  });
  expect(problems.map(({ setting }) => setting)).toStrictEqual([
    "kalisi:ssh.port",
    "kalisi:ports[0].external",
  ]);
  expect(config).toMatchObject({ ssh: { agentForwarding: true }, sudo: true, ports: [] });
  expect(config.ssh).not.toHaveProperty("port");
  expect([isWrong("ssh", "port"), isWrong("ssh"), isWrong("sudo")]).toStrictEqual([
    true,
    true,
    false,
  ]);
});
