import { readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { imageName } from "../../config/names";
import type { Ended } from "../support/e2e/clone";
import { writeText } from "../support/files";
import { close, listen } from "../support/listen";
import { docker, whatExists } from "../support/e2e/probe";
import { Session } from "../support/e2e/session";
import { configure, stackBeside } from "../support/e2e/stack";

const minutes = 60_000;
jest.setTimeout(5 * minutes);

let user: Session;

beforeAll(async () => {
  user = new Session(await stackBeside("refused"));
  await user.prepare();
}, 40 * minutes);

afterAll(() => user.end());

test("a missing .env stops plain pulumi up, which never makes one", async () => {
  const path = join(user.clone.path, "examples", "source", ".env");
  rmSync(path, { force: true });
  await expectRefusal(await up(), "examples/source/.env", "cannot be read", "npm run env");
  expect(await user.sh(`test ! -e '${path}'`)).toMatchObject({ code: 0 });
  // npm start makes it again, and so does what shows its plan.
  await user.sh(`npm run preview -- --stack ${user.stack.name}`);
});

test.each([
  ["missing", "/nonexistent/key.pub", "no such file"],
  ["a directory", "/tmp", "it is a directory"],
])("a key file that is %s stops up", async (_, path, reason) => {
  await expectRefusal(await up({ KALISI_KEYS_FROM: path }), "KALISI_KEYS_FROM", path, reason);
});

test("a key file without a key in it stops up", async () => {
  const path = join(user.clone.path, "..", "nonsense.pub");
  writeText(path, "hello\n");
  await expectRefusal(await up({ KALISI_KEYS_FROM: path }), "line 1", "expected an OpenSSH");
});

test("npm start refuses as well, and ends with the problem and its fix", async () => {
  const { code, output } = await user.start("--keys-from /nonexistent/key.pub");
  expect(code).toBe(1);
  const [problem, fix] = output.trimEnd().split("\n").slice(-2);
  expect(problem).toContain('--keys-from = "/nonexistent/key.pub": cannot be read');
  expect(fix).toContain("fix: name a readable file of public keys");
});

test("a port that somebody holds stops up", async () => {
  const server = createServer();
  await listen(server, user.stack.gatewayPort);
  try {
    await expectRefusal(
      await up(),
      "kalisi:gateway.port",
      String(user.stack.gatewayPort),
      "is taken",
    );
  } finally {
    await close(server);
  }
});

test("no Docker Engine stops up, and npm start", async () => {
  const env = { DOCKER_HOST: "unix:///nonexistent/docker.sock" };
  await expectRefusal(await up(env), "DOCKER_HOST", "unix:///nonexistent/docker.sock", "start it");
  const { code, output } = await user.sh(`npm start -- --stack ${user.stack.name}`, env);
  expect(code).toBe(1);
  expect(output).toContain("unix:///nonexistent/docker.sock");
});

test("a port that is none stops up", async () => {
  await setPort(70000);
  try {
    await expectRefusal(await up(), "kalisi:ssh.port", "70000", "expected a port from 1 to 65535");
  } finally {
    await setPort(user.stack.sshPort);
  }
});

/** Settings lead to some of what is refused, the program to the rest. */
test("what the policies refuse stops up, with its preview and without, and npm start", async () => {
  const component = join(user.clone.path, "components", "kalisi-container.ts");
  const program = readFileSync(component, "utf8");
  writeText(component, program.replace("wait: false,", "wait: false, privileged: true,"));
  const images = ["kalisi:image.baseImages.rust", "kalisi:image.baseImages.node"];
  await user.set(Object.fromEntries(images.map((key) => [key, "somebody/has:tagged"])));
  try {
    for (const command of ["up --yes", "up --yes --skip-preview", "preview"]) {
      const { code, output } = await user.plain(command);
      expect(code).not.toBe(0);
      expectViolations(output);
      // Pulumi counts its own resource, which is all that the engine has heard of.
      expect(output).not.toMatch(/(?:image-build|container-run) +creat/);
    }
    const { code, output } = await user.start();
    expect(code).toBe(1);
    expectViolations(output);
    expect(output.trimEnd().split("\n").at(-1)).toContain("not-privileged: container-run: ");
    // The plan comes first; the stand-in of a closed network has none of a privileged container.
    writeText(component, program);
    const plan = await user.sh(`npm run preview -- --stack ${user.stack.name}`);
    expect(plan.code).toBe(1);
    expect(plan.output).toContain("docker:index/container:Container: (create)");
    expect(plan.output.trimEnd()).toMatch(/refused by policy: 2 mandatory, .*$/);
    expect(await whatExists(user.stack.names)).toStrictEqual([]);
    const reference = [imageName(user.stack.name)];
    expect(await docker.listImages({ filters: { reference } })).toStrictEqual([]);
  } finally {
    writeText(component, program);
    for (const key of images) await user.plain(`config rm --path ${key}`);
  }
});

function expectViolations(output: string): void {
  const lines = output.split("\n").map((line) => line.trim());
  // Pulumi shows a message's first line while it runs, too.
  const heading = lines.findLastIndex((line) => line.includes("changed: refused by policy.  ["));
  expect(lines.slice(heading + 1, heading + 4)).toStrictEqual([
    expect.stringMatching(
      /^\[mandatory\] base-images-pinned: image-build: RUST_IMAGE is .*Add the digest/,
    ),
    expect.stringMatching(/^\[mandatory\] base-images-pinned: image-build: NODE_IMAGE is /),
    expect.stringMatching(/^\[mandatory\] not-privileged: container-run: .*Remove privileged\.$/),
  ]);
  expect(output).not.toMatch(/^ +at /m);
}

function up(env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return user.plain("up --yes", env);
}

async function setPort(value: number): Promise<void> {
  await configure(user, { ...user.stack, config: { "kalisi:ssh.port": value } });
}

async function expectRefusal(ended: Ended, ...said: readonly string[]): Promise<void> {
  expect(ended.code).toBe(1);
  expect(ended.output).toContain("Nothing was changed");
  expect(ended.output).toContain("fix: ");
  for (const part of said) {
    expect(ended.output).toContain(part);
  }
  expect(await whatExists(user.stack.names)).toStrictEqual([]);
}
