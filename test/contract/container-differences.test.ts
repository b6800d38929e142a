import { containerTable } from "../../airgap/plugins/docker/container-table";
import { objects, unknownMark, type Props } from "../../airgap/plugins/values";
import { Containers, waiting } from "../support/contract/container";
import { differences, type Change } from "../support/contract/differences";
import type { Kind, Recorded } from "../support/contract/recorded";

let containers: Containers;
let inputs: Props;
let made: Recorded;
let least: Recorded;

beforeAll(async () => {
  containers = await Containers.start();
  ({ made, inputs } = await containers.makeWhole());
  least = await containers.make();
});

afterAll(() => containers.stop());

/** The fields of the last object of a list, changed. */
const last = (key: string, edit: Props) => (given: Props) => {
  const items = objects(given[key]);
  return { [key]: [...items.slice(0, -1), { ...items.at(-1), ...edit }] };
};
/** The fields of an object, changed. */
const field = (key: string, edit: Props) => (given: Props) => ({
  [key]: { ...(given[key] as Props), ...edit },
});
const more = (key: string, item: Props) => (given: Props) => ({
  [key]: [...objects(given[key]), item],
});
const less = (key: string) => (given: Props) => ({ [key]: objects(given[key]).slice(0, -1) });
const reversed = (key: string) => (given: Props) => ({
  [key]: [...(given[key] as string[])].reverse(),
});
const none = (key: string): Change => ({ [key]: undefined });

const replacing: readonly (readonly [string, Change])[] = [
  ["name", { name: "other" }],
  ["image", { image: `sha256:${"0".repeat(64)}` }],
  ["image", { image: unknownMark }],
  ["entrypoints[2]", { entrypoints: [...waiting.slice(0, 2), "exec sleep infinity"] }],
  ["envs[1]", { envs: ["A=1", "B=3"] }],
  ["networkMode", { networkMode: "host" }],
  ["networkMode", { networkMode: unknownMark }],
  ["ports[1].internal", last("ports", { internal: 9443 })],
  ["ports[1].external", last("ports", { external: 1 })],
  ["ports[1].ip", last("ports", { ip: "127.0.0.2" })],
  ["ports[1].protocol", last("ports", { protocol: "udp" })],
  ["volumes", last("volumes", { volumeName: "other" })],
  ["volumes", last("volumes", { containerPath: "/other" })],
  ["ulimits[0].name", last("ulimits", { name: "nofile" })],
  ["ulimits[0].soft", last("ulimits", { soft: -1 })],
  ["ulimits[0].hard", last("ulimits", { hard: -1 })],
  ["labels[1].label", last("labels", { label: "c" })],
  ["labels[1].value", last("labels", { value: "3" })],
  ["capabilities.adds[1]", field("capabilities", { adds: ["CAP_CHOWN", "CAP_SETUID"] })],
  ["capabilities.drops[0]", field("capabilities", { drops: ["CAP_MKNOD"] })],
  ["securityOpts[0]", { securityOpts: ["no-new-privileges:false"] }],
  ["cpus", { cpus: "1.5" }],
  ["cpus", { cpus: "0.50" }],
  ["logDriver", { logDriver: "local" }],
  ['logOpts["max-file"]', field("logOpts", { "max-file": "4" })],
  ["stopSignal", { stopSignal: "SIGQUIT" }],
  ["stopTimeout", { stopTimeout: 91 }],
];

const updating: readonly (readonly [string, Change])[] = [
  ["restart", { restart: "always" }],
  ["restart", none("restart")],
  ["memory", { memory: 32 }],
  ["memorySwap", { memorySwap: 128 }],
  ["memorySwap", { memorySwap: -1 }],
  // Of an element that stays, the official plugin replaces nothing: the component's `replaceOnChanges` does.
  ["mounts[0].source", last("mounts", { source: "/other" })],
  ["mounts[0].target", last("mounts", { target: "/other" })],
  ["mounts[0].type", last("mounts", { type: "volume" })],
  ["mounts[0].readOnly", last("mounts", { readOnly: false })],
  ["healthcheck.tests[1]", field("healthcheck", { tests: ["CMD", "false"] })],
  ["healthcheck.interval", field("healthcheck", { interval: "1m31s" })],
  ["healthcheck.interval", field("healthcheck", { interval: "90s" })],
  ["healthcheck.timeout", field("healthcheck", { timeout: "41s" })],
  ["healthcheck.startPeriod", field("healthcheck", { startPeriod: "6m0s" })],
  ["healthcheck.retries", field("healthcheck", { retries: 4 })],
  ["destroyGraceSeconds", { destroyGraceSeconds: 11 }],
  ["wait", { wait: true }],
  ["waitTimeout", { waitTimeout: 61 }],
];

const comingAndGoing: readonly (readonly [string, Change, Readonly<Record<string, Kind>>])[] = [
  ["another variable", { envs: ["A=1", "B=2", "C=3"] }, { "envs[2]": "add_replace" }],
  ["a variable less", { envs: ["A=1"] }, { "envs[1]": "delete_replace" }],
  ["another port", more("ports", { internal: 1 }), { "ports[2]": "add_replace" }],
  ["a port less", less("ports"), { "ports[1]": "delete_replace" }],
  ["no ports", none("ports"), { ports: "delete_replace" }],
  [
    "another volume",
    more("volumes", { volumeName: "v", containerPath: "/v" }),
    { volumes: "update_replace" },
  ],
  ["no volumes", none("volumes"), { volumes: "delete_replace" }],
  [
    "another mount",
    more("mounts", { type: "bind", source: "/a", target: "/a" }),
    { "mounts[1]": "add_replace" },
  ],
  ["no mounts", none("mounts"), { mounts: "delete_replace" }],
  ["no ulimits", none("ulimits"), { ulimits: "delete_replace" }],
  ["another label", more("labels", { label: "c", value: "3" }), { "labels[2]": "add_replace" }],
  ["a label less", less("labels"), { "labels[1]": "delete_replace" }],
  ["no capabilities", none("capabilities"), { capabilities: "delete_replace" }],
  ["no cpus", none("cpus"), { cpus: "delete_replace" }],
  [
    "no logOpts",
    none("logOpts"),
    { 'logOpts["max-file"]': "delete_replace", 'logOpts["max-size"]': "delete_replace" },
  ],
  ["no memory", none("memory"), { memory: "delete" }],
  ["no memorySwap", none("memorySwap"), { memorySwap: "delete" }],
  ["no destroyGraceSeconds", none("destroyGraceSeconds"), { destroyGraceSeconds: "delete" }],
];

const unchanged: readonly (readonly [string, Change])[] = [
  ...["entrypoints", "envs", "labels", "securityOpts", "networkMode", "logDriver"].map(
    (key) => [`no ${key}`, none(key)] as const,
  ),
  ...["stopSignal", "stopTimeout", "healthcheck", "wait"].map(
    (key) => [`no ${key}`, none(key)] as const,
  ),
  ...["envs", "labels", "volumes", "mounts", "ulimits"].map(
    (key) => [`another order of ${key}`, reversed(key)] as const,
  ),
  ["the defaults", { mustRun: true, removeVolumes: true, start: true, waitTimeout: 60 }],
];

differences(
  "a container",
  containerTable,
  [
    ...replacing.map(([path, edit]) => [path, edit, { [path]: "update_replace" }] as const),
    ...updating.map(([path, edit]) => [path, edit, { [path]: "update" }] as const),
    ...comingAndGoing,
    ...unchanged.map(([title, edit]) => [title, edit, {}] as const),
  ],
  () => ({ plugin: containers.plugin, made, inputs }),
);

const coming: readonly (readonly [string, Kind])[] = [
  ...["restart", "memory", "memorySwap"].map((key) => [key, "update"] as const),
  ...["healthcheck", "destroyGraceSeconds"].map((key) => [key, "add"] as const),
  ...["envs", "ports", "volumes", "mounts", "ulimits", "labels"].map(
    (key) => [key, "add_replace"] as const,
  ),
  ...["capabilities", "securityOpts", "cpus", "logOpts"].map(
    (key) => [key, "add_replace"] as const,
  ),
  ...["stopSignal", "stopTimeout"].map((key) => [key, "update_replace"] as const),
];

test.each(coming)("of a container that has none, %s", async (key, kind) => {
  const news = { ...least.inputs, [key]: inputs[key] ?? null };
  expect(await containers.differences(least, news)).toStrictEqual({ [key]: kind });
});

test("a container is removed before another takes its place", async () => {
  expect(await containers.plugin.diff(made, { ...inputs, name: "other" })).toMatchObject({
    deleteBeforeReplace: true,
  });
});
