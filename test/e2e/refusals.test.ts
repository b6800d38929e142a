import { rmSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setUp } from "../../cli/setup";
import { makeClone, makeKeyPair, writeText, type Clone, type Ended } from "./clone";
import { removeEverything, whatExists } from "./probe";
import { stackBeside, type TestStack } from "./stack";

const minutes = 60_000;
jest.setTimeout(5 * minutes);

let clone: Clone;
let stack: TestStack;
let keys: string;

beforeAll(async () => {
  stack = await stackBeside("refused");
  clone = makeClone();
  keys = `${makeKeyPair(join(clone.path, "..", "keys"), "mine")}.pub`;
  await clone.sh(`npm run pulumi -- stack init ${stack.name}`);
  for (const [path, value] of Object.entries(stack.config)) {
    await configure(path, String(value));
  }
}, 40 * minutes);

afterAll(async () => {
  await removeEverything(stack.names);
  clone.remove();
});

test(
  "a missing .env stops plain pulumi up, which never makes one",
  async () => {
    const path = join(clone.path, "examples", "source", ".env");
    rmSync(path, { force: true });
    await expectRefusal(await up(), "examples/source/.env", "cannot be read", "npm start");
    expect(await clone.sh(`test ! -e '${path}'`)).toMatchObject({ code: 0 });
    await setUp(clone.path, { redo: false });
  },
  5 * minutes,
);

test.each([
  ["missing", "/nonexistent/key.pub", "no such file"],
  ["a directory", "/tmp", "it is a directory"],
])("a key file that is %s stops up", async (_, path, reason) => {
  await expectRefusal(await up({ KALISI_KEYS_FROM: path }), "KALISI_KEYS_FROM", path, reason);
});

test("a key file without a key in it stops up", async () => {
  const path = join(clone.path, "..", "nonsense.pub");
  writeText(path, "hello\n");
  await expectRefusal(await up({ KALISI_KEYS_FROM: path }), "line 1", "expected an OpenSSH");
});

test("a port that somebody holds stops up", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(stack.gatewayPort, "127.0.0.1", resolve);
  });
  try {
    await expectRefusal(await up(), "kalisi:gateway.port", String(stack.gatewayPort), "is taken");
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
});

test("no Docker Engine stops up, and npm start", async () => {
  const env = { DOCKER_HOST: "unix:///nonexistent/docker.sock" };
  await expectRefusal(await up(env), "DOCKER_HOST", "unix:///nonexistent/docker.sock", "start it");
  const { code, output } = await clone.sh(`npm start -- --stack ${stack.name}`, env);
  expect(code).toBe(1);
  expect(output).toContain("unix:///nonexistent/docker.sock");
});

test("a port that is none stops up", async () => {
  await configure("kalisi:ssh.port", "70000");
  await expectRefusal(await up(), "kalisi:ssh.port", "70000", "expected a port from 1 to 65535");
  await configure("kalisi:ssh.port", String(stack.sshPort));
});

function up(env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const line = `. .kalisi/activate && pulumi up --yes --stack ${stack.name}`;
  return clone.sh(line, { KALISI_KEYS_FROM: keys, ...env });
}

async function configure(path: string, value: string): Promise<void> {
  await clone.sh(`npm run pulumi -- config set --stack ${stack.name} --path '${path}' ${value}`);
}

async function expectRefusal(ended: Ended, ...said: readonly string[]): Promise<void> {
  expect(ended.code).toBe(1);
  expect(ended.output).toContain("Nothing was changed");
  expect(ended.output).toContain("fix: ");
  for (const part of said) {
    expect(ended.output).toContain(part);
  }
  expect(await whatExists(stack.names)).toStrictEqual([]);
}
