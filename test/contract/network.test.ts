import { networkTable } from "../../airgap/plugins/docker/network";
import { randomBytes, randomInt } from "node:crypto";
import type { Props } from "../../airgap/plugins/values";
import { found, Made, newName, startDockerPlugin } from "../support/contract/docker";
import { differences, type Row } from "../support/contract/differences";
import type { PluginProcess } from "../support/contract/plugin";
import { plain, type Recorded } from "../support/contract/recorded";
import { docker } from "../support/e2e/probe";

const type = "docker:index/network:Network";
const things = new Made();

const icc = "com.docker.network.bridge.enable_icc";
const bridge = "com.docker.network.bridge.name";
const options = { [icc]: "false", [bridge]: `contract-${randomBytes(3).toString("hex")}` };
const a = { label: "a", value: "1" };
const subnet = `10.${randomInt(200, 250)}.${randomInt(256)}.0/29`;

const inputs: Props = {
  name: newName(),
  driver: "bridge",
  options,
  labels: [a, { label: "b", value: "2" }],
  ipamConfigs: [{ subnet }],
};

let plugin: PluginProcess;
let made: Recorded;

beforeAll(async () => {
  plugin = await startDockerPlugin();
  made = await plugin.create(type, inputs);
  things.network(made);
});

afterAll(async () => {
  await things.removeAll();
  await plugin.stop();
});

const rows: readonly Row[] = [
  ["another name", { name: "other" }, { name: "update_replace" }],
  ["another driver", { driver: "other" }, { driver: "update_replace" }],
  ["no driver", { driver: undefined }, {}],
  [
    "another value of an option",
    { options: { ...options, [icc]: "true" } },
    { [`options["${icc}"]`]: "update_replace" },
  ],
  [
    "an option less",
    { options: { [icc]: "false" } },
    { [`options["${bridge}"]`]: "delete_replace" },
  ],
  ["no options", { options: undefined }, {}],
  [
    "another value of a label",
    { labels: [a, { label: "b", value: "3" }] },
    { "labels[1].value": "update_replace" },
  ],
  ["no labels", { labels: undefined }, { labels: "delete_replace" }],
  [
    "another range",
    { ipamConfigs: [{ subnet: "10.251.0.0/29" }] },
    { ipamConfigs: "update_replace" },
  ],
  ["no range", { ipamConfigs: undefined }, {}],
];

differences("a network", networkTable, rows, () => ({ plugin, made, inputs }));

test("a network is made as it was asked for", async () => {
  const { Id, Name, Driver, Options, Labels, IPAM } = await docker.getNetwork(made.id).inspect();
  expect({ Name, Driver, Options, Labels }).toStrictEqual({
    Name: inputs["name"],
    Driver: "bridge",
    Options: options,
    Labels: { a: "1", b: "2" },
  });
  expect(IPAM?.Config).toMatchObject([{ Subnet: subnet }]);
  expect(made.id).toBe(Id);
  expect(plain(made.state)).toMatchObject({ ...inputs, internal: false, scope: "local" });
});

test("a preview makes none", async () => {
  const name = newName();
  const { state } = await plugin.create(type, { name }, true);
  expect(plain(state)).toMatchObject({ name });
  expect(await docker.listNetworks({ filters: { name: [name] } })).toStrictEqual([]);
});

test("one that the Engine does not make fails with its reason", async () => {
  await expect(plugin.create(type, { ...inputs, name: newName() })).rejects.toMatchObject({
    details: expect.stringMatching(/Unable to create network: /) as string,
  });
});

test("a refresh finds what is there, and that it is gone", async () => {
  expect(plain((await plugin.read(made))?.state ?? {})).toMatchObject(inputs);
  const news = { name: newName() };
  const short = await plugin.create(type, news);
  things.network(short);
  const again = await plugin.read(short);
  expect(again?.id).toBe(short.id);
  expect(again && (await plugin.diff(again, news)).paths).toStrictEqual({});
  await plugin.delete(short);
  expect(await found(docker.getNetwork(short.id).inspect())).toBeUndefined();
  expect(await plugin.read(short)).toBeUndefined();
});
