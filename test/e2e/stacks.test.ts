import { randomBytes } from "node:crypto";
import { createServer } from "node:net";
import { join } from "node:path";
import { digest } from "../../config/digest";
import { derivedPorts, physicalNames } from "../../config/names";
import type { Ended } from "../support/e2e/clone";
import { docker, freePort, whatExists, withKey } from "../support/e2e/probe";
import { Session } from "../support/e2e/session";
import { stackBeside, type TestStack } from "../support/e2e/stack";
import { writeText } from "../support/files";
import { close, listen } from "../support/listen";
import { story } from "../support/story";

// Several stacks of one clone on one Engine: sshd and the volumes are theirs alone. The other services stay
// down, for the sake of time; test/e2e/main-job shows them.
const minutes = 60_000;
jest.setTimeout(4 * minutes);

const step = story(4 * minutes);

const down = { KALISI_AUTO_START: "false" };

let one: Session;
/** Has the names and ports that derive from its name. */
let two: Session;
let three: Session;
let extraPort: number;
let started: readonly Ended[];

beforeAll(async () => {
  extraPort = await freePort();
  one = new Session(await stackBeside("one"));
  two = new Session(derived(`two-${process.pid}`), one.clone);
  three = new Session(await stackBeside("three"), one.clone);
  await one.prepare();
  for (const { stack } of [two, three]) {
    await one.sh(`. .kalisi/activate && pulumi stack init ${stack.name}`);
  }
  await one.set({
    "kalisi:ports[0].internal": 7474,
    "kalisi:ports[0].external": extraPort,
    "kalisi:resources.cpus": 1.5,
  });
  started = await Promise.all([up(one), up(two)]);
}, 20 * minutes);

afterAll(async () => {
  await three.end();
  await two.end();
  await one.end();
});

step("two stacks come up at the same time", async () => {
  expect(started).toMatchObject([{ code: 0 }, { code: 0 }]);
  for (const { stack } of [one, two]) {
    const { State } = await docker.getContainer(stack.names.container).inspect();
    expect(State.Health?.Status).toBe("healthy");
  }
});

step("npm run list shows each stack of the clone, with its addresses where it is up", async () => {
  const { output } = await one.sh("npm run --silent list -- --json 2>../stderr");
  const { stacks } = JSON.parse(output) as { stacks: readonly { stack: string }[] };
  const listed = ({ name, names, gatewayPort, sshPort }: TestStack) => ({
    stack: name,
    health: "healthy",
    container: names.container,
    url: `https://localhost:${gatewayPort}`,
    ssh: `ssh -p ${sshPort} kalisi@127.0.0.1`,
  });
  const expected = [
    listed(one.stack),
    { stack: three.stack.name, health: "down" },
    listed(two.stack),
  ];
  expect(stacks).toHaveLength(expected.length);
  expect(stacks).toMatchObject(expected);
});

step("status --all shows other clones' too, and what does not answer", async () => {
  const name = `${one.stack.names.container}-other`;
  const theirs = randomBytes(6).toString("hex");
  const Labels = { "kalisi.stack": "theirs", "kalisi.clone": theirs };
  const { Image } = await one.inspect();
  const container = await docker.createContainer({ name, Image, Labels });
  const folder = join(one.clone.path, "..", "client");
  const context = join(folder, "contexts", "meta", digest("gone"), "meta.json");
  const Endpoints = { docker: { Host: "tcp://127.0.0.1:1" } };
  writeText(context, JSON.stringify({ Name: "gone", Endpoints }));
  try {
    const all = "npm run --silent status -- --all";
    const { code, output } = await one.sh(`${all} --json 2>../stderr`, { DOCKER_CONFIG: folder });
    const { stacks, ...rest } = JSON.parse(output) as { stacks: readonly { clone?: string }[] };
    expect({ code, ...rest }).toMatchObject({
      code: 0,
      healthy: true,
      engines: [
        { origin: expect.any(String) as string },
        { origin: 'Docker context "gone"', problem: "connection refused" },
      ],
    });
    // Other tests' stacks are those of other clones.
    expect(stacks.filter(({ clone }) => [undefined, theirs].includes(clone))).toMatchObject([
      { stack: one.stack.name, health: "healthy", since: expect.stringMatching(/^Up /) as string },
      { stack: three.stack.name, health: "down" },
      { stack: two.stack.name, health: "healthy" },
      { stack: "theirs", clone: theirs, health: "created", container: name },
    ]);
    const second = docker.getContainer(two.stack.names.container);
    await second.rename({ name: `${name}s` });
    const { code: amiss, output: lines } = await one
      .sh(all, { DOCKER_CONFIG: folder })
      .finally(() => docker.getContainer(`${name}s`).rename({ name: two.stack.names.container }));
    expect(amiss).toBe(1);
    expect(lines).toMatch(new RegExp(`^${two.stack.name} +not there +`, "m"));
    expect(lines).toMatch(new RegExp(`^${theirs} +theirs +created`, "m"));
    expect(lines).toContain('tcp://127.0.0.1:1 (from Docker context "gone") does not answer');
  } finally {
    await container.remove();
  }
});

step("each answers on its own port, and keeps its own data", async () => {
  await one.ssh("echo of one > /workspace/mark");
  await two.ssh("echo of two > /workspace/mark");
  expect([await mark(one), await mark(two)]).toStrictEqual(["of one", "of two"]);
  await expect(two.ssh("true", withKey(one.key))).rejects.toMatchObject({ code: 255 });
});

step(
  "an extra port is published on loopback alone, processors are limited, and up is content",
  async () => {
    const { HostConfig } = await one.inspect();
    expect(HostConfig.PortBindings).toMatchObject({
      "7474/tcp": [{ HostIp: "127.0.0.1", HostPort: String(extraPort) }],
    });
    expect(HostConfig.NanoCpus).toBe(1.5e9);
    expect(await up(one, "--expect-no-changes")).toMatchObject({ code: 0 });
  },
);

step("every clash is named at once, with its holder, and nothing is made", async () => {
  const server = createServer();
  await listen(server, three.stack.sshPort);
  await three.set({
    "kalisi:names.container": one.stack.names.container,
    "kalisi:names.volumes.neo4j": two.stack.names.volumes.neo4j,
    "kalisi:gateway.port": one.stack.gatewayPort,
    "kalisi:ssh.port": three.stack.sshPort,
  });
  const { code, output } = await up(three);
  await close(server);
  expect(code).not.toBe(0);
  for (const part of [
    "Nothing was changed: 4 settings need attention",
    `is the name of the container ${one.stack.names.container} (stack ${one.stack.name})`,
    `is in use by the container ${two.stack.names.container} (stack ${two.stack.name})`,
    `127.0.0.1:${one.stack.gatewayPort} is taken by the container ${one.stack.names.container}`,
    `127.0.0.1:${three.stack.sshPort} is taken by the program`,
    `npm stop -- --stack ${one.stack.name}`,
    `kill ${process.pid}`,
  ]) {
    expect(output).toContain(part);
  }
  expect(await whatExists(three.stack.names)).toStrictEqual([]);
});

step("one stack's end leaves the other running, and its own volumes", async () => {
  expect(await one.plain("destroy --yes --skip-preview")).toMatchObject({ code: 0 });
  expect(await whatExists(one.stack.names)).toStrictEqual(Object.values(one.stack.names.volumes));
  expect(await mark(two)).toBe("of two");
});

describe("volumes that are there already", () => {
  step("are offered where the former compose project has left them", async () => {
    const former = `former-${process.pid}_kalisi-home`;
    await docker.createVolume({ Name: former });
    await free();
    const { code, output } = await three.plain("preview", down);
    await docker.getVolume(former).remove();
    expect(code).toBe(0);
    expect(output).toContain(`pulumi config set --path 'kalisi:names.volumes.home' '${former}'`);
  });

  step("and another stack's are adopted once they are named, with what is on them", async () => {
    const theirs = one.stack.names.volumes.workspace;
    await three.set({ "kalisi:names.volumes.workspace": theirs });
    const refused = await up(three);
    expect(refused.code).not.toBe(0);
    expect(refused.output).toContain(`belongs to stack ${one.stack.name}`);
    const named = { ...down, KALISI_ADOPT_VOLUMES: theirs };
    expect(await three.plain("up --yes --skip-preview", named)).toMatchObject({ code: 0 });
    expect(await mark(three)).toBe("of one");
  });

  step("stay, with what is on them, when they are given up again", async () => {
    await three.plain("config rm --path kalisi:names");
    expect(await up(three)).toMatchObject({ code: 0 });
    await expect(mark(three)).rejects.toMatchObject({ code: 1 });
    await three.set({ "kalisi:names.volumes.workspace": one.stack.names.volumes.workspace });
    expect(await up(three)).toMatchObject({ code: 0 });
    expect(await mark(three)).toBe("of one");
  });
});

/** Takes back what the third stack clashed with. */
async function free(): Promise<void> {
  await three.plain("config rm --path kalisi:names");
  await three.set({ "kalisi:gateway.port": three.stack.gatewayPort });
}

function up(user: Session, options = ""): Promise<Ended> {
  return user.plain(`up --yes --skip-preview ${options}`, down);
}

function mark(user: Session): Promise<string> {
  return user.ssh("cat /workspace/mark");
}

/** A stack that configures nothing. */
function derived(name: string): TestStack {
  const { ssh: sshPort, gateway: gatewayPort } = derivedPorts(name);
  return { name, names: physicalNames(name), sshPort, gatewayPort, config: {} };
}
