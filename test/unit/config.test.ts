import { resolveSettings } from "../../config/resolve-settings";
import { flagsEnvironment, readFlags, type Flags } from "../../config/settings/flags";
import { nearestKeys } from "../../config/settings/known-keys";
import { readRawConfig } from "../../config/settings/parse";
import { configPath } from "../../config/settings/set-command";

const digestKey = "0".repeat(64);

function parse({
  machine = {},
  env = {},
  stack = {},
  flags = {},
}: {
  machine?: object;
  env?: NodeJS.ProcessEnv;
  stack?: Record<string, unknown>;
  flags?: Flags;
}) {
  return resolveSettings({
    flags,
    stackConfig: Object.fromEntries(
      Object.entries(stack).map(([key, value]) => [
        `kalisi:${key}`,
        typeof value === "string" ? value : JSON.stringify(value),
      ]),
    ),
    environment: env,
    profile: { digestKey, ...machine },
  });
}

test("with nothing said, the guide's defaults hold", () => {
  expect(parse({}).config).toMatchObject({
    autoStart: true,
    source: { path: "source" },
    image: { from: { rust: "official", neo4j: "official" } },
    ports: [],
    neo4j: { conf: "config/neo4j/neo4j.conf" },
    timeouts: { healthySeconds: 300, stopSeconds: 90 },
  });
});

test("a flag overrides the stack's config, that the environment, that the machine profile, that the default", () => {
  const machine = { sourcePath: "examples/source", dockerHost: "unix:///machine.sock" };
  const env = {
    DOCKER_HOST: "unix:///env.sock",
    KALISI_AUTO_START: "true",
    KALISI_IMAGE: "env",
    AUTHORIZED_KEYS: "env",
  };
  const stack = { image: { name: "stack" }, ssh: { keysFrom: "stack" } };
  const settings = parse({ machine, env, stack, flags: { autoStart: false, keysFrom: "flag" } });
  expect(settings.config).toMatchObject({
    source: { path: "examples/source" },
    dockerHost: "unix:///env.sock",
    autoStart: false,
    image: { name: "stack" },
    ssh: { keysFrom: "flag" },
  });
  expect(settings.config.ssh).not.toHaveProperty("authorizedKeys");
  expect(settings.label("ssh", "keysFrom")).toBe("--keys-from");
  expect(settings.engine()).toStrictEqual({
    uri: "unix:///env.sock",
    origin: "DOCKER_HOST",
    isFound: false,
  });
});

test("the Engine that is named is known though other settings are wrong, and not where it is wrong itself", () => {
  const stack = { dockerHost: "tcp://far:2376", ssh: { port: 0 } };
  const wrongElsewhere = parse({ env: { DOCKER_HOST: "unix:///env.sock" }, stack });
  expect(wrongElsewhere.engine()).toMatchObject({ uri: "tcp://far:2376" });
  expect(() => wrongElsewhere.checked()).toThrow("kalisi:ssh.port");
  const wrong = parse({ stack: { ...stack, dockerHost: "far" } });
  expect(() => wrong.engine()).toThrow(
    /: 1 setting needs attention\.\n {2}kalisi:dockerHost = "far"/,
  );
});

test("flags reach the program as they were given, in one variable, which takes nothing else", () => {
  const flags: Flags = { autoStart: false, authorizedKeys: "", adopt: ["a", "b"] };
  expect(readFlags(flagsEnvironment(flags))).toStrictEqual(flags);
  expect(readFlags({})).toStrictEqual({});
  for (const KALISI_FLAGS of ["--build", '{"autoStart":"no"}', '{"sudo":true}', "[]"]) {
    expect(() => readFlags({ KALISI_FLAGS })).toThrow("KALISI_FLAGS: is not what npm start passes");
  }
});

test("volumes are taken that a flag or the environment names", () => {
  const env = { KALISI_ADOPT_VOLUMES: "a, b" };
  expect(parse({ env, flags: { adopt: ["c,d", "e"] } }).adopt).toStrictEqual([
    ...["a", "b", "c", "d", "e"],
  ]);
});

test("a variable that is set but empty counts as not set", () => {
  const { config } = parse({ env: { AUTHORIZED_KEYS: "", KALISI_AUTO_START: "" } });
  expect(config).toMatchObject({ autoStart: true });
  expect(config.ssh).not.toHaveProperty("authorizedKeys");
});

test.each([
  ["3g", 3072],
  ["1536m", 1536],
  ["2G", 2048],
])("a memory limit of %s is %i MiB", (memory, mebibytes) => {
  expect(parse({ stack: { resources: { memory } } }).config.resources.memory).toBe(mebibytes);
});

test.each([
  ["512m", "expected at least 1g: Neo4j and the services need it"],
  ["2", "expected a whole number with its unit, such as 3g or 1536m"],
  ["1.5g", "expected a whole number with its unit, such as 3g or 1536m"],
  ["-2g", "expected a whole number with its unit, such as 3g or 1536m"],
])("a memory limit of %s is refused", (memory, problem) => {
  expect(parse({ stack: { resources: { memory } } }).problems).toMatchObject([
    { setting: "kalisi:resources.memory", value: memory, problem },
  ]);
});

test.each([
  [2, 2],
  [1.5, 1.5],
  // As pulumi config set --path writes it.
  ["1.5", 1.5],
])("%p processors are %d", (cpus, number) => {
  expect(parse({ stack: { resources: { cpus } } }).config.resources.cpus).toBe(number);
});

test.each([0, -1, "0", "two", "1.5 ", "1e3", true])("%p processors are refused", (cpus) => {
  expect(parse({ stack: { resources: { cpus } } }).problems).toMatchObject([
    {
      setting: "kalisi:resources.cpus",
      problem: "expected a number of processors above 0, such as 1.5",
    },
  ]);
});

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
  [["memory"], ["kalisi:redis.memory", "kalisi:resources.memory"]],
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

test("keys and a file of keys say the same thing: the upper layer that has either decides", () => {
  const env = { AUTHORIZED_KEYS: "ssh-ed25519 AAAA" };
  const { ssh } = parse({ env, stack: { ssh: { keysFrom: "team.pub" } } }).config;
  expect(ssh).toMatchObject({ keysFrom: "team.pub" });
  expect(ssh).not.toHaveProperty("authorizedKeys");
});

test("what has no effect is told: a misspelt variable, one that is overridden, a setting that a flag overrides", () => {
  const env = {
    KALISI_AUTO_START: "false",
    AUTHORIZED_KEYS: "ssh-ed25519 AAAA",
    KALISI_AUTOSTART: "false",
    KALISI_IMAGE: "same",
    KALISI_ELSEWHERE: "1",
  };
  const stack = { autoStart: true, ssh: { keysFrom: "team.pub" }, image: { name: "same" } };
  const flags = { authorizedKeys: "ssh-ed25519 BBBB" };
  expect(parse({ env, stack, flags }).warnings).toStrictEqual([
    "KALISI_AUTOSTART has no effect; did you mean KALISI_AUTO_START?",
    "KALISI_AUTO_START has no effect: kalisi:autoStart of the stack's configuration overrides it",
    "AUTHORIZED_KEYS has no effect: kalisi:ssh.keysFrom of the stack's configuration overrides it",
    "--authorized-keys overrides kalisi:ssh.keysFrom of the stack's configuration in this run",
  ]);
});

test("mirrors of the image's build are web addresses that give no secret away", () => {
  const mirrors = {
    aptProxy: "http://proxy.example:3142",
    apt: "https://mirror.example",
    npm: "https://mirror.example/npm/",
  };
  expect(parse({ stack: { image: { mirrors } } }).config.image.mirrors).toStrictEqual(mirrors);

  const refused = {
    aptProxy: "proxy.example:3142",
    apt: "ftp://mirror.example/debian",
    npm: "https://me:s3cret@mirror.example/npm/",
    cargo: "https://token@mirror.example/index/",
    maven: "https://mirror.example/$(id)",
  };
  const { problems } = parse({ stack: { image: { mirrors: refused } } });
  expect(problems.map(({ setting, problem }) => [setting, problem])).toStrictEqual([
    ["kalisi:image.mirrors.aptProxy", expect.stringMatching(/^expected an address such as/)],
    ["kalisi:image.mirrors.apt", expect.stringMatching(/^expected an address such as/)],
    ["kalisi:image.mirrors.npm", expect.stringMatching(/^must not hold a user or a password/)],
    ["kalisi:image.mirrors.cargo", expect.stringMatching(/^must not hold a user or a password/)],
    ["kalisi:image.mirrors.maven", expect.stringMatching(/^must not hold quotes/)],
  ]);
  expect(problems[2]?.value).toBe("https://***@mirror.example/npm/");
  expect(JSON.stringify(problems)).not.toMatch(/s3cret|token@/);
});
