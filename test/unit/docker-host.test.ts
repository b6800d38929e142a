import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dockerCommand } from "../../config/engine/docker-command";
import { dockerClient } from "../../config/engine/client";
import { adviseOnContext, allDockerHosts, findDockerHost } from "../../config/engine/endpoint";

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "kalisi-home-"));
});

afterEach(() => {
  rmSync(home, { recursive: true });
});

/** Writes a context as the Docker client stores one. */
function addContext(name: string, host: string, current: boolean) {
  const id = createHash("sha256").update(name).digest("hex");
  const folder = join(home, ".docker", "contexts", "meta", id);
  mkdirSync(folder, { recursive: true });
  const meta = { Name: name, Endpoints: { docker: { Host: host } } };
  writeFileSync(join(folder, "meta.json"), JSON.stringify(meta));
  if (current) {
    writeFileSync(join(home, ".docker", "config.json"), JSON.stringify({ currentContext: name }));
  }
}

test("DOCKER_HOST overrides the current context", () => {
  addContext("colima", "unix:///colima.sock", true);
  expect(findDockerHost({ DOCKER_HOST: "tcp://far:2375" }, home)).toStrictEqual({
    uri: "tcp://far:2375",
    origin: "DOCKER_HOST",
  });
});

test("the current context overrides the default socket", () => {
  addContext("colima", "unix:///colima.sock", true);
  expect(findDockerHost({}, home)).toStrictEqual({
    uri: "unix:///colima.sock",
    origin: 'Docker context "colima"',
  });
});

test("DOCKER_CONTEXT names a context that is not the current one", () => {
  addContext("colima", "unix:///colima.sock", true);
  addContext("far", "ssh://me@far", false);
  expect(findDockerHost({ DOCKER_CONTEXT: "far" }, home).uri).toBe("ssh://me@far");
});

test("with nothing said, the default socket is taken", () => {
  expect(findDockerHost({}, home)).toStrictEqual({
    uri: "unix:///var/run/docker.sock",
    origin: "the default socket",
  });
});

test("all Engines are those of all contexts, each once, and what is wrong with one hides no other", () => {
  addContext("colima", "unix:///colima.sock", true);
  addContext("b", "ssh://me@far", false);
  addContext("a", "ssh://me@far", false);
  addContext("old", "gopher://old", false);
  addContext("z", "unix:///colima.sock", false);
  const { hosts, problems } = allDockerHosts({}, home);
  expect(hosts).toStrictEqual([
    { uri: "unix:///colima.sock", origin: 'Docker context "colima"' },
    { uri: "ssh://me@far", origin: 'Docker context "a"' },
  ]);
  expect(problems).toMatchObject([{ code: "KALISI-ENGINE-CONTEXT", value: "old" }]);
});

test("a password in DOCKER_HOST is refused, and not shown", () => {
  const { hosts, problems } = allDockerHosts({ DOCKER_HOST: "ssh://me:can@canary@far" }, home);
  expect(hosts).toStrictEqual([]);
  expect(problems).toMatchObject([{ setting: "DOCKER_HOST", value: "ssh://***@far" }]);
});

test("a context that is not there is refused, as the Docker client does", () => {
  expect(() => findDockerHost({ DOCKER_CONTEXT: "gone" }, home)).toThrow(
    /Docker context = "gone": there is no such context/,
  );
});

test("a context with certificates is refused, with what gives them to Pulumi as well", () => {
  addContext("far", "tcp://far:2376", true);
  const id = createHash("sha256").update("far").digest("hex");
  const folder = join(home, ".docker", "contexts", "tls", id, "docker");
  mkdirSync(folder, { recursive: true });
  expect(() => findDockerHost({}, home)).toThrow(
    `fix: export DOCKER_HOST='tcp://far:2376' DOCKER_TLS_VERIFY=1 DOCKER_CERT_PATH='${folder}', then the same command`,
  );
});

test("whose Docker client talks to another Engine by now is told which one is used", () => {
  const recorded = "unix:///var/run/docker.sock";
  expect(adviseOnContext(recorded, {}, home)).toStrictEqual([]);
  addContext("colima", "unix:///colima.sock", true);
  expect(adviseOnContext(recorded, {}, home)).toStrictEqual([
    `the Engine is ${recorded}, as set-up found it; your Docker client talks to unix:///colima.sock (from Docker context "colima"). ` +
      "To use that one for this stack: pulumi config set --path 'kalisi:dockerHost' 'unix:///colima.sock'",
  ]);
  expect(adviseOnContext("unix:///colima.sock", {}, home)).toStrictEqual([]);
  expect(adviseOnContext(recorded, { DOCKER_CONTEXT: "gone" }, home)).toStrictEqual([]);
});

test("a damaged file of the Docker client's is named", () => {
  mkdirSync(join(home, ".docker"));
  writeFileSync(join(home, ".docker", "config.json"), "{");
  expect(() => findDockerHost({}, home)).toThrow(
    /\.docker\/config\.json: cannot be read: [\s\S]*fix: correct that file of the Docker client/,
  );
});

test("a client is for the named endpoint and leaves the environment as it was", () => {
  const before = process.env["DOCKER_HOST"];
  const { modem } = dockerClient("tcp://127.0.0.1:2375") as unknown as {
    modem: { host: string; port: number };
  };
  expect(`${modem.host}:${modem.port}`).toBe("127.0.0.1:2375");
  expect(process.env["DOCKER_HOST"]).toBe(before);
});

describe("a command that is printed for people names the Engine", () => {
  const typed = (uri: string, environment: NodeJS.ProcessEnv = {}) =>
    dockerCommand(uri, "volume rm v", environment, home);
  const local = "unix:///var/run/docker.sock";

  test("unless their Docker client talks to it by itself", () => {
    expect(typed(local)).toBe("docker volume rm v");
    expect(typed("tcp://b:2375", { DOCKER_HOST: "tcp://b:2375" })).toBe("docker volume rm v");
    addContext("colima", "unix:///colima.sock", true);
    expect(typed("unix:///colima.sock")).toBe("docker volume rm v");
  });

  test("wherever their Docker client talks to another one", () => {
    expect(typed("ssh://me@b")).toBe("docker -H ssh://me@b volume rm v");
    expect(typed(local, { DOCKER_HOST: "tcp://b:2375" })).toBe(`docker -H ${local} volume rm v`);
    expect(typed(local, { DOCKER_CONTEXT: "gone" })).toBe(`docker -H ${local} volume rm v`);
    addContext("colima", "unix:///colima.sock", true);
    expect(typed(local)).toBe(`docker -H ${local} volume rm v`);
    expect(typed("unix:///my docker.sock")).toBe("docker -H 'unix:///my docker.sock' volume rm v");
  });
});
