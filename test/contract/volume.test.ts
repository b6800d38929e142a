import { volumeTable } from "../../airgap/plugins/docker/volume";
import type { Props } from "../../airgap/plugins/values";
import { found, Made, newName, startDockerPlugin } from "../support/contract/docker";
import { differences, edited, type Row } from "../support/contract/differences";
import type { PluginProcess } from "../support/contract/plugin";
import { plain, type Recorded } from "../support/contract/recorded";
import { docker } from "../support/e2e/probe";

const type = "docker:index/volume:Volume";
const name = newName();
const things = new Made();

const inputs: Props = {
  name,
  driver: "local",
  driverOpts: { device: "tmpfs", o: "size=1m", type: "tmpfs" },
  labels: [
    { label: "a", value: "1" },
    { label: "b", value: "2" },
  ],
};

let plugin: PluginProcess;
let made: Recorded;

beforeAll(async () => {
  plugin = await startDockerPlugin();
  things.volume(name);
  made = await plugin.create(type, inputs);
});

afterAll(async () => {
  await things.removeAll();
  await plugin.stop();
});

const a = { label: "a", value: "1" };

const gone = {
  "driverOpts.device": "delete_replace",
  "driverOpts.o": "delete_replace",
  "driverOpts.type": "delete_replace",
} as const;

const rows: readonly Row[] = [
  ["another name", { name: "other" }, { name: "update_replace" }],
  ["another driver", { driver: "other" }, { driver: "update_replace" }],
  ["no driver", { driver: undefined }, {}],
  [
    "another option of the driver",
    { driverOpts: { device: "tmpfs", o: "size=2m", type: "tmpfs" } },
    { "driverOpts.o": "update_replace" },
  ],
  ["no options of the driver", { driverOpts: undefined }, gone],
  [
    "another value of a label",
    { labels: [a, { label: "b", value: "3" }] },
    { "labels[1].value": "update_replace" },
  ],
  ["a label less", { labels: [a] }, { "labels[1]": "delete_replace" }],
  ["another order of the labels", { labels: [{ label: "b", value: "2" }, a] }, {}],
  ["no labels", { labels: undefined }, { labels: "delete_replace" }],
];

differences("a volume", volumeTable, rows, () => ({ plugin, made, inputs }));

test("no change of what is ignored is one", async () => {
  const news = edited(inputs, { driver: "other", driverOpts: undefined, labels: [] });
  const ignored = ["labels", "driver", "driverOpts"];
  expect(await plugin.diff(made, news, ignored)).toMatchObject({ paths: {} });
});

test("a volume is made as it was asked for", async () => {
  const { Name, Driver, Options, Labels, Mountpoint } = await docker.getVolume(name).inspect();
  expect({ Name, Driver, Options, Labels }).toStrictEqual({
    Name: name,
    Driver: "local",
    Options: inputs["driverOpts"],
    Labels: { a: "1", b: "2" },
  });
  expect(made.id).toBe(name);
  expect(plain(made.state)).toMatchObject({ ...inputs, mountpoint: Mountpoint });
});

test("one of its name that is there is taken as it is, and differs", async () => {
  const news = { name };
  const taken = await plugin.read(await plugin.create(type, news));
  expect(taken?.id).toBe(name);
  expect(plain(taken?.state ?? {})).toMatchObject(inputs);
  const differing = { ...gone, labels: "delete_replace" };
  expect(taken && (await plugin.diff(taken, news)).paths).toStrictEqual(differing);
});

test("a preview makes none", async () => {
  const planned = newName();
  const { state } = await plugin.create(type, { name: planned }, true);
  expect(plain(state)).toMatchObject({ name: planned });
  expect(await found(docker.getVolume(planned).inspect())).toBeUndefined();
});

test("one that the Engine does not make fails with its reason", async () => {
  const news = { name: newName(), driverOpts: { "no-such": "1" } };
  await expect(plugin.create(type, news)).rejects.toMatchObject({
    details: expect.stringMatching(/Unable to create volume: .*no-such/) as string,
  });
});

test("a refresh finds what is there, and that it is gone", async () => {
  const gone = newName();
  things.volume(gone);
  const short = await plugin.create(type, { name: gone });
  const again = await plugin.read(short);
  expect(again?.id).toBe(gone);
  expect(again && (await plugin.diff(again, { name: gone })).paths).toStrictEqual({});
  await plugin.delete(short);
  expect(await found(docker.getVolume(gone).inspect())).toBeUndefined();
  expect(await plugin.read(short)).toBeUndefined();
});
