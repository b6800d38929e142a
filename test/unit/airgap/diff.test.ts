import { containerTable } from "../../../airgap/plugins/docker/container-table";
import { volumeTable } from "../../../airgap/plugins/docker/volume";
import { commandTable } from "../../../airgap/plugins/command/command";
import { image } from "../../../airgap/plugins/docker/image";
import { difference, refreshed, withDefaults } from "../../../airgap/plugins/table";
import type { Props } from "../../../airgap/plugins/values";

const unknownMark = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const inputs: Props = {
  name: "kalisi",
  image: "sha256:1",
  envs: ["A=1", "B=2"],
  ports: [{ internal: 22, external: 2222, ip: "127.0.0.1", protocol: "tcp" }],
  volumes: [{ volumeName: "a", containerPath: "/b" }],
  mounts: [{ type: "bind", source: "/a", target: "/b", readOnly: true }],
  ulimits: [{ name: "core", soft: 0, hard: 0 }],
  labels: [{ label: "x", value: "1" }],
  healthcheck: { tests: ["CMD", "true"], interval: "90s", retries: 3 },
  memory: 512,
};

function changes(edit: Props): Record<string, string> {
  const state = withDefaults(containerTable, inputs);
  return difference(containerTable, inputs, state, { ...inputs, ...edit }).properties;
}

describe("a container's diff", () => {
  test("is empty for the same inputs, whatever the order and the spelling", () => {
    expect(changes({})).toEqual({});
    expect(changes({ envs: ["B=2", "A=1"] })).toEqual({});
    expect(
      changes({ healthcheck: { tests: ["CMD", "true"], interval: "1m30s", retries: 3 } }),
    ).toEqual({});
    expect(changes({ ports: [{ internal: 22, external: 2222, ip: "127.0.0.1" }] })).toEqual({});
    expect(changes({ restart: "no", networkMode: "bridge", wait: false })).toEqual({});
  });

  test("is empty for what an earlier version or the official plugin has in the state besides", () => {
    const state = {
      ...withDefaults(containerTable, inputs),
      healthcheck: { tests: ["CMD", "true"], interval: "90s", startInterval: "0s", retries: 3 },
      volumes: [{ volumeName: "a", containerPath: "/b", selinuxRelabel: "" }],
      mounts: [{ type: "bind", source: "/a", target: "/b", readOnly: true, bindOptions: {} }],
      hostname: "0123",
      command: ["sleep"],
      init: false,
      tmpfs: { "/run": "" },
      rm: false,
      shmSize: 64,
    };
    const officialDefaults = {
      containerReadRefreshTimeoutMilliseconds: 15000,
      mustRun: true,
      networkMode: "bridge",
      removeVolumes: true,
      start: true,
      waitTimeout: 60,
    };
    const oldInputs = { ...inputs, ...officialDefaults };
    expect(difference(containerTable, oldInputs, state, inputs).properties).toEqual({});
  });

  test.each<[string, Props]>([
    ["image", { image: "sha256:2" }],
    ["image", { image: unknownMark }],
    ["envs", { envs: ["A=2", "B=2"] }],
    ["ports", { ports: [{ internal: 22, external: 2223, ip: "127.0.0.1", protocol: "tcp" }] }],
    ["ports", { ports: [{ internal: 22, external: 2222, protocol: "tcp" }] }],
    ["volumes", { volumes: [{ volumeName: "b", containerPath: "/b" }] }],
    ["mounts", { mounts: [{ type: "bind", source: "/a", target: "/b" }] }],
    ["ulimits", { ulimits: [{ name: "core", soft: 0, hard: -1 }] }],
    ["labels", { labels: [{ label: "x", value: "2" }] }],
    ["capabilities", { capabilities: { drops: ["ALL"] } }],
    ["stopTimeout", { stopTimeout: 60 }],
    ["networkMode", { networkMode: "another" }],
    ["entrypoints", { entrypoints: ["sleep", "infinity"] }],
  ])("replaces on %s", (property, edit) => {
    expect(changes(edit)).toEqual({ [property]: "replace" });
  });

  test.each<[string, Props]>([
    ["healthcheck", { healthcheck: { tests: ["CMD", "true"], interval: "90s", retries: 4 } }],
    ["restart", { restart: "always" }],
    ["memory", { memory: 1024 }],
    ["memorySwap", { memorySwap: -1 }],
    ["destroyGraceSeconds", { destroyGraceSeconds: 90 }],
  ])("updates in place on %s", (property, edit) => {
    expect(changes(edit)).toEqual({ [property]: "update" });
  });

  test("takes an input that is taken away as the official plugin does", () => {
    const without = (key: string) => {
      const news = Object.fromEntries(Object.entries(inputs).filter(([name]) => name !== key));
      return difference(containerTable, inputs, withDefaults(containerTable, inputs), news)
        .properties;
    };
    expect(without("envs")).toEqual({});
    expect(without("ports")).toEqual({ ports: "replace" });
    expect(without("memory")).toEqual({ memory: "update" });
  });
});

describe("a refresh", () => {
  test("keeps the program's spelling of what has not changed", () => {
    const live = {
      healthcheck: { tests: ["CMD", "true"], interval: "90s", startPeriod: "0s", retries: 3 },
      networkMode: "bridge",
    };
    expect(refreshed(containerTable, inputs, { ...live, memory: 512, hostname: "abc" })).toEqual(
      inputs,
    );
  });

  test("shows what has", () => {
    const state = withDefaults(containerTable, inputs);
    const found = refreshed(containerTable, state, { memory: 256, ports: [] });
    expect(found).toEqual({ ...state, memory: 256, ports: [] });
    expect(difference(containerTable, inputs, found, inputs).properties).toEqual({
      memory: "update",
      ports: "replace",
    });
  });
});

test("a volume is replaced by any change", () => {
  const old = { name: "data", driver: "local", labels: [{ label: "a", value: "b" }] };
  const changed = (edit: Props) =>
    difference(volumeTable, old, old, { ...old, ...edit }).properties;
  expect(changed({})).toEqual({});
  expect(changed({ name: "other" })).toEqual({ name: "replace" });
  expect(changed({ driver: "nfs" })).toEqual({ driver: "replace" });
  expect(changed({ driverOpts: { o: "x" } })).toEqual({ driverOpts: "replace" });
  expect(changed({ labels: [] })).toEqual({ labels: "replace" });
});

test("a command is replaced by its triggers and run again by anything else", () => {
  const old = { create: "true", triggers: ["a"] };
  const changed = (news: Props) => difference(commandTable, old, old, news).properties;
  expect(changed(old)).toEqual({});
  expect(changed({ ...old, triggers: ["b"] })).toEqual({ triggers: "replace" });
  expect(changed({ ...old, environment: { A: "1" } })).toEqual({ environment: "update" });
  expect(changed({ triggers: ["a"] })).toEqual({ create: "update" });
});

test("an image is built again when an input differs, and never replaced", () => {
  const old = { imageName: "a:b", skipPush: true, build: { contextDigest: "1" } };
  expect(image.diff(old, {}, { ...old }).properties).toEqual({});
  expect(image.diff(old, {}, { ...old, build: { contextDigest: "2" } }).properties).toEqual({
    build: "update",
  });
});
