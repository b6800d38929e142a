import { dirname } from "node:path";
import { Session } from "../support/e2e/session";
import { SecondEngine } from "../support/e2e/second-engine";
import { SshHost } from "../support/e2e/ssh-host";
import { stackBeside } from "../support/e2e/stack";
import { shellLines, useTinyImage } from "../support/e2e/tiny-image";
import { story } from "../support/story";

// An Engine on another machine, which has a network of its own and sees none of the clone's files; it is reached by
// OpenSSH, with a key's file and no agent.
const minutes = 60_000;
jest.setTimeout(4 * minutes);

const step = story(4 * minutes);

let user: Session;
let engine: SecondEngine;
let host: SshHost;
let hostKey: string;
let other: string;
let remote: Readonly<Record<string, string>>;

beforeAll(async () => {
  user = new Session(await stackBeside("ssh"));
  useTinyImage(user.clone, shellLines);
  engine = new SecondEngine([], dirname(user.clone.path));
  host = new SshHost(engine);
  hostKey = host.makeHostKey("host");
  other = host.makeHostKey("other");
  await Promise.all([user.prepare(), engine.start()]);
  await engine.copyImages("kalisi/debian:trixie", "ubuntu:24.04");
  remote = { ...host.env, DOCKER_HOST: "unix:///nowhere/docker.sock" };
  await user.set({ "kalisi:dockerHost": host.uri });
  host.know(hostKey);
  host.letIn(true);
  await host.start(hostKey);
}, 10 * minutes);

afterAll(async () => {
  await host.stop();
  host.remove();
  await engine.stop();
  await user.end();
});

const typed = (command: string, rest = "") =>
  user.sh(`npm run --silent ${command} -- --stack ${user.stack.name} ${rest}`, remote);

const isThere = async () =>
  (await engine.docker.listContainers({ all: true })).some(({ Names }) =>
    Names.includes(`/${user.stack.names.container}`),
  );

const inspect = () => engine.docker.getContainer(user.stack.names.container).inspect();

/** What a command that reaches no Engine ends with. */
async function refusal(command: string): Promise<string> {
  const { code, output } = await typed(command);
  expect(code).toBe(1);
  expect(output).not.toMatch(/^\s+at /m);
  expect(output).not.toContain("DeprecationWarning");
  return output;
}

const unknown = "Host key verification failed";
const toTry = "ssh -o BatchMode=yes -o ConnectTimeout=30 -T -- far docker version";

describe("where the client cannot get in, nothing is made", () => {
  const cases = [
    { given: "a host that is not known", known: () => undefined, isIn: true, says: unknown },
    { given: "a host with another key", known: () => other, isIn: true, says: unknown },
    {
      given: "a key that may not log in",
      known: () => hostKey,
      isIn: false,
      says: "Permission denied",
    },
  ];
  for (const { given, known, isIn, says } of cases) {
    step(given, async () => {
      host.know(known());
      host.letIn(isIn);
      for (const command of ["start", "preview"]) {
        const output = await refusal(command);
        expect(output).toContain(says);
        expect(output.trimEnd().split("\n").at(-1)).toContain(toTry);
      }
      await expect(isThere()).resolves.toBe(false);
    });
  }

  step("a host without Docker's client", async () => {
    host.know(hostKey);
    host.letIn(true);
    await host.stop();
    await host.start(hostKey, ["PATH=/nowhere"]);
    await expect(refusal("start")).resolves.toContain("docker: command not found");
    await host.stop();
  });

  step("a host that does not answer", async () => {
    await expect(refusal("start")).resolves.toContain("Connection closed");
    await host.start(hostKey);
  });
});

step("a key's file alone is enough to come up", async () => {
  const { code } = await typed("start");
  expect(code).toBe(0);
  await expect(isThere()).resolves.toBe(true);
});

step("the same again changes nothing", async () => {
  const { Id } = await inspect();
  const { code, output } = await typed("start");
  expect({ code, output }).toMatchObject({ code: 0 });
  expect((await inspect()).Id).toBe(Id);
});

step("the other commands reach it, too", async () => {
  const status = await typed("status");
  expect(status.output).toContain(user.stack.names.container);
  const doctor = await typed("doctor");
  expect(doctor.output).toContain(`${host.uri} (from kalisi:dockerHost`);
  const shell = await typed("shell", "echo of the container");
  expect(shell).toStrictEqual({ code: 0, output: "of the container\n" });
  const stop = await typed("stop");
  expect(stop.code).toBe(0);
  await expect(isThere()).resolves.toBe(false);
});
