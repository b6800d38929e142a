import { flagsEnvironment, readFlags, type Flags } from "../../../config/settings/flags";
import { parse } from "../../support/settings";

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
