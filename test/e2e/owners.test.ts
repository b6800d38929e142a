import { rmSync } from "node:fs";
import { join } from "node:path";
import type Docker from "dockerode";
import type { Ended } from "../support/e2e/clone";
import { docker as engineA, removeImage } from "../support/e2e/probe";
import { SecondEngine } from "../support/e2e/second-engine";
import { Session } from "../support/e2e/session";
import { stackBeside, type TestStack } from "../support/e2e/stack";
import { shellLines, useTinyImage } from "../support/e2e/tiny-image";
import { story } from "../support/story";

// Two Engines, two clones, one stack's name: whose volumes are used and removed, and on which Engine. One
// story: each step goes on from where the one before it left the machine.
const minutes = 60_000;
jest.setTimeout(4 * minutes);

const step = story(4 * minutes);

const engineB = new SecondEngine();
let stack: TestStack;
let one: Session;
/** Another clone, with a stack of the same name. */
let two: Session;
let volumes: readonly string[];

beforeAll(async () => {
  stack = await stackBeside("owner");
  volumes = Object.values(stack.names.volumes);
  one = new Session(stack);
  two = new Session(stack);
  useTinyImage(one.clone, shellLines);
  useTinyImage(two.clone, shellLines);
  await Promise.all([one.prepare(), engineB.start()]);
  await two.prepare();
  await engineB.copyImages("kalisi/debian:trixie", "ubuntu:24.04");
}, 20 * minutes);

afterAll(async () => {
  await engineB.stop();
  await two.end();
  await one.end();
  await removeImage(`kalisi/all-in-one:${stack.name}`);
});

/** The stack's volumes that an Engine has. */
async function volumesOn(docker: Docker): Promise<readonly string[]> {
  const { Volumes } = await docker.listVolumes();
  return volumes.filter((name) => Volumes.some(({ Name }) => Name === name));
}

async function hasContainer(docker: Docker): Promise<boolean> {
  const containers = await docker.listContainers({ all: true });
  return containers.some(({ Names }) => Names.includes(`/${stack.names.container}`));
}

function run(user: Session, command: string, env: Readonly<Record<string, string>> = {}) {
  const [verb = "", ...rest] = command.split(" ");
  return user.sh(`npm run --silent ${verb} -- --stack ${stack.name} ${rest.join(" ")}`, env);
}

/** Runs a command on the home volume, in a container of its own: whoever the volume belongs to. */
async function inHome(...command: readonly string[]): Promise<string> {
  const container = await engineA.createContainer({
    Image: `kalisi/all-in-one:${stack.name}`,
    Cmd: [...command],
    HostConfig: { Binds: [`${stack.names.volumes.home}:/home/kalisi`] },
  });
  try {
    await container.start();
    await container.wait();
    const log = await container.logs({ stdout: true });
    // Without the header of its only frame.
    return log.subarray(8).toString().trim();
  } finally {
    await container.remove({ force: true });
  }
}

const mark = () => inHome("cat", "/home/kalisi/mark");

function expectRefusal({ code, output }: Ended, ...said: readonly string[]): void {
  expect(code).not.toBe(0);
  for (const part of said) expect(output).toContain(part);
}

describe("a stack whose settings name another Engine", () => {
  /** Set-up has recorded Engine A; this names it as well. */
  const misleading = { DOCKER_HOST: "unix:///var/run/docker.sock" };

  step("starts there", async () => {
    await one.set({ "kalisi:dockerHost": engineB.uri });
    for (const Name of volumes) await engineA.createVolume({ Name });
    expect(await run(one, "start", misleading)).toMatchObject({ code: 0 });
    expect(await hasContainer(engineB.docker)).toBe(true);
    expect(await volumesOn(engineB.docker)).toStrictEqual(volumes);
    expect(await hasContainer(engineA)).toBe(false);
  });

  step("is shown, logged and entered there", async () => {
    const { code, output } = await run(one, "status --json 2>../stderr", misleading);
    expect(JSON.parse(output)).toMatchObject({
      machine: { engine: { uri: engineB.uri } },
      drift: [],
    });
    expect(code).toBe(0);
    expect(await run(one, "logs")).toMatchObject({ code: 0 });
    const entered = await run(one, "shell hostname", misleading);
    const { Id } = await engineB.docker.getContainer(stack.names.container).inspect();
    expect(entered).toStrictEqual({ code: 0, output: `${Id.slice(0, 12)}\n` });
  });

  step("is previewed and built anew there", async () => {
    const imageOn = (engine: Docker) =>
      engine
        .getImage(`kalisi/all-in-one:${stack.name}`)
        .inspect()
        .then(
          ({ Id }) => Id,
          () => undefined,
        );
    const onA = await imageOn(engineA);
    const previewed = await run(one, "preview", misleading);
    expect(previewed).toMatchObject({ code: 0 });
    expect(previewed.output).toMatch(/Resources:\s+\d+ unchanged/);
    expect(await run(one, "start --build", misleading)).toMatchObject({ code: 0 });
    expect(await imageOn(engineB.docker)).toBeDefined();
    expect(await imageOn(engineA)).toBe(onA);
    expect(await hasContainer(engineA)).toBe(false);
  });

  step("is not moved by a changed setting, which is refused with both Engines' names", async () => {
    await one.set({ "kalisi:dockerHost": "unix:///var/run/docker.sock" });
    const both = [engineB.uri, "unix:///var/run/docker.sock", `npm stop -- --stack ${stack.name}`];
    expectRefusal(await run(one, `wipe --confirm ${stack.name}`), ...both);
    expectRefusal(await run(one, "start"), ...both);
    expectRefusal(await one.plain("up --yes --skip-preview"), ...both);
    expect(await hasContainer(engineB.docker)).toBe(true);
    expect(await volumesOn(engineB.docker)).toStrictEqual(volumes);
    expect(await volumesOn(engineA)).toStrictEqual(volumes);
    // It still ends where it is.
    expect(await run(one, "stop")).toMatchObject({ code: 0 });
    expect(await hasContainer(engineB.docker)).toBe(false);
    await one.set({ "kalisi:dockerHost": engineB.uri });
  });

  step(
    "is not wiped while a volume is somebody else's; the command for that names the Engine",
    async () => {
      const Labels = { "kalisi.stack": "other", "kalisi.clone": "other" };
      const Name = `${stack.name}-other`;
      await engineB.docker.createVolume({ Name, Labels });
      await one.set({ "kalisi:names.volumes.home": Name });
      expectRefusal(
        await run(one, `wipe --confirm ${stack.name}`),
        `: docker -H ${engineB.uri} volume rm ${Name}\n`,
      );
      await one.plain("config rm --path kalisi:names.volumes.home");
      await engineB.docker.getVolume(Name).remove();
    },
  );

  step("is wiped there, and nothing of the same names elsewhere", async () => {
    const { code } = await run(one, `wipe --confirm ${stack.name}`, misleading);
    expect(code).toBe(0);
    expect(await volumesOn(engineB.docker)).toStrictEqual([]);
    expect(await volumesOn(engineA)).toStrictEqual(volumes);
  });
});

describe("volumes that nobody's label is on", () => {
  step("are neither used nor removed because of their names", async () => {
    await one.plain("config rm kalisi:dockerHost");
    const adopt = `npm start -- --stack ${stack.name} --adopt ${volumes.join(",")}`;
    expectRefusal(await run(one, "start"), adopt);
    expectRefusal(await run(one, `wipe --confirm ${stack.name}`), "docker volume rm");
    expect(await hasContainer(engineA)).toBe(false);
    expect(await volumesOn(engineA)).toStrictEqual(volumes);
  });

  step("are used once they are named, and from then on, by plain Pulumi as well", async () => {
    expect(await run(one, `start --adopt ${volumes.join(",")}`)).toMatchObject({ code: 0 });
    expect(await run(one, "shell sh -c 'echo kept >/home/kalisi/mark'")).toMatchObject({ code: 0 });
  });

  step("are the stack's where its container has them, or only its state", async () => {
    const ledger = join(one.clone.path, ".kalisi", "volumes");
    // As an older version has left it.
    rmSync(ledger, { recursive: true });
    const up = "up --yes --skip-preview";
    expect(await one.plain(`${up} --expect-no-changes`)).toMatchObject({ code: 0 });
    rmSync(ledger, { recursive: true });
    await engineA.getContainer(stack.names.container).remove({ force: true });
    expect(await one.plain(up)).toMatchObject({ code: 0 });
    rmSync(ledger, { recursive: true });
    expect(await run(one, "stop")).toMatchObject({ code: 0 });
    expect(await run(one, "start")).toMatchObject({ code: 0 });
    expect(await run(one, "stop")).toMatchObject({ code: 0 });
    expect(await mark()).toBe("kept");
  });

  step("are not another clone's for its stack's name", async () => {
    expectRefusal(await run(two, `wipe --confirm ${stack.name}`), "Nothing was removed");
    expectRefusal(await run(two, "start"), "nothing shows that this stack created them");
    expect(await mark()).toBe("kept");
  });

  step("are removed by the stack that has taken them", async () => {
    expect(await run(one, `wipe --confirm ${stack.name}`)).toMatchObject({ code: 0 });
    expect(await volumesOn(engineA)).toStrictEqual([]);
  });
});

describe("volumes that a clone's stack has made", () => {
  step("say whose they are", async () => {
    await run(one, "start");
    await run(one, "shell sh -c 'echo mine >/home/kalisi/mark'");
    await run(one, "stop");
    const { Labels } = await engineA.getVolume(stack.names.volumes.neo4j).inspect();
    expect(Labels).toStrictEqual({
      "kalisi.stack": stack.name,
      "kalisi.clone": expect.stringMatching(/^[0-9a-f]{12}$/) as string,
    });
  });

  step("are neither removed nor used by another clone's stack of the same name", async () => {
    const whose = `stack ${stack.name} of another clone, `;
    expectRefusal(await run(two, `wipe --confirm ${stack.name}`), whose, "docker volume rm");
    expectRefusal(await run(two, "start"), whose, "--adopt");
    expectRefusal(await run(two, "preview"), whose);
    expectRefusal(await two.plain("up --yes --skip-preview"), whose);
    expect(await volumesOn(engineA)).toStrictEqual(volumes);
    expect(await mark()).toBe("mine");
  });

  step("are used by it on purpose, with what is on them", async () => {
    const env = { KALISI_ADOPT_VOLUMES: volumes.join(",") };
    expect(await two.plain("up --yes", env)).toMatchObject({ code: 0 });
    expect(await run(two, "stop")).toMatchObject({ code: 0 });
    expect(await mark()).toBe("mine");
  });
});
