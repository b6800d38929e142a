import { spellProcessors } from "../../config/processors";
import { Containers } from "../support/contract/container";
import { found } from "../support/contract/docker";
import { plain, type Recorded } from "../support/contract/recorded";
import { docker } from "../support/e2e/probe";

let containers: Containers;

beforeAll(async () => {
  containers = await Containers.start();
});

afterAll(() => containers.stop());

const inspect = ({ id }: Recorded) => docker.getContainer(id).inspect();

const deaf = ["sh", "-c", "trap '' TERM; sleep infinity & wait"];

/** How the Engine ended a container that is gone: the signals that it was sent, and its exit code. */
async function howItEnded({ id }: Recorded, since: number) {
  const stream = await docker.getEvents({
    since: since - 1,
    until: Math.ceil(Date.now() / 1000) + 1,
    filters: { container: [id], event: ["kill", "die"] },
  });
  const lines: string[] = [];
  for await (const part of stream) lines.push(...String(part).split("\n").filter(Boolean));
  return lines.map((line) => {
    const { Action, Actor } = JSON.parse(line) as {
      Action: string;
      Actor: { Attributes: Record<string, string> };
    };
    return `${Action} ${Actor.Attributes[Action === "kill" ? "signal" : "exitCode"] ?? ""}`;
  });
}

test("a refresh of one that nobody has touched finds no difference", async () => {
  const { made } = await containers.makeWhole();
  const now = await containers.refreshed(made);
  expect(plain(now.inputs)).toStrictEqual(plain(made.inputs));
  expect(await containers.differences(now, made.inputs)).toStrictEqual({});
});

test.each([
  ["none before", {}, "delete"],
  ["another one before", { memory: 64, memorySwap: 64 }, "update"],
] as const)("a limit of the memory that somebody else sets is found: %s", async (_, edit, kind) => {
  const made = await containers.make(edit);
  const bytes = 96 * 2 ** 20;
  await docker.getContainer(made.id).update({ Memory: bytes, MemorySwap: bytes });
  const now = await containers.refreshed(made);
  expect(plain(now.state)).toMatchObject({ memory: 96, memorySwap: 96 });
  expect(await containers.differences(now, made.inputs)).toStrictEqual({
    memory: kind,
    memorySwap: kind,
  });
});

test("a limit of the processors that somebody else sets is found", async () => {
  const made = await containers.make();
  await docker.getContainer(made.id).update({ NanoCpus: 0.25e9 });
  expect(await containers.differences(await containers.refreshed(made), made.inputs)).toStrictEqual(
    {
      cpus: "delete_replace",
    },
  );
});

test.each([1, 0.25, 0.5])(
  "%d processors are no difference, as the program spells them",
  async (count) => {
    const made = await containers.make({ cpus: spellProcessors(count) });
    expect((await inspect(made)).HostConfig.NanoCpus).toBe(count * 1e9);
    expect(
      await containers.differences(await containers.refreshed(made), made.inputs),
    ).toStrictEqual({});
  },
);

test("one that was stopped differs, and an update starts it again", async () => {
  const made = await containers.make();
  await docker.getContainer(made.id).stop({ t: 10 });
  const now = await containers.refreshed(made);
  expect(await containers.differences(now, made.inputs)).toStrictEqual({ mustRun: "update" });
  const updated = await containers.plugin.update(now, made.inputs);
  expect((await inspect(made)).State.Running).toBe(true);
  expect(await containers.differences(updated, made.inputs)).toStrictEqual({});
});

test.each([
  ["is asked to end, and waited for", { destroyGraceSeconds: 10 }, ["kill 15", "die 0"]],
  [
    "is killed at once where nothing is said",
    { entrypoints: deaf },
    ["kill 15", "kill 9", "die 137"],
  ],
])("one that is removed %s", async (_, edit, ended) => {
  const made = await containers.make(edit);
  const since = Math.floor(Date.now() / 1000);
  await containers.plugin.delete(made);
  expect(await found(docker.getContainer(made.id).inspect())).toBeUndefined();
  expect(await howItEnded(made, since)).toStrictEqual(ended);
  expect(await containers.plugin.read(made)).toBeUndefined();
  await expect(containers.plugin.delete(made)).resolves.toBeUndefined();
});
