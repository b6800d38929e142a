import { containerTable } from "../../../airgap/plugins/docker/container-table";
import { changes } from "../../../airgap/plugins/paths";
import { difference, refreshed, withDefaults } from "../../../airgap/plugins/table";
import type { Json, Props } from "../../../airgap/plugins/values";

// What each input's change leads to is in test/contract, for the official plugins as well.

const inputs: Props = {
  name: "kalisi",
  image: "sha256:1",
  envs: ["A=1", "B=2"],
  ports: [{ internal: 22, external: 2222, ip: "127.0.0.1", protocol: "tcp" }],
  volumes: [{ volumeName: "a", containerPath: "/b" }],
  mounts: [{ type: "bind", source: "/a", target: "/b", readOnly: true }],
  ulimits: [{ name: "core", soft: 0, hard: 0 }],
  labels: [{ label: "x", value: "1" }],
  healthcheck: { tests: ["CMD", "true"], interval: "1m30s", retries: 3 },
  memory: 512,
};

describe("the paths at which two values differ", () => {
  test.each<[string, Json | undefined, Json | undefined, Record<string, string>]>([
    ["are none where they are the same", { b: 1, c: [2] }, { c: [2], b: 1 }, {}],
    ["go down to what differs", [{ b: 1, c: 2 }], [{ b: 1, c: 3 }], { "a[0].c": "update" }],
    ["say what has come and gone", { b: 1 }, { c: 1 }, { "a.b": "delete", "a.c": "add" }],
    ["quote keys that are no words", { "b.c": 1 }, { "b.c": 2 }, { 'a["b.c"]': "update" }],
    ["end where the kind of value changes", [1], { b: 1 }, { a: "update" }],
    ["are the whole where there was nothing", undefined, [1], { a: "add" }],
  ])("%s", (_, old, news, found) => {
    const exact = { order: false, zeros: false };
    expect(Object.fromEntries(changes("a", old, news, exact))).toStrictEqual(found);
  });

  test.each<[Json, Json, Record<string, string>]>([
    [[1, 2, 3], [3, 1, 2], {}],
    [[1, 2, 3], [4, 2, 1], { "a[0]": "add", "a[2]": "delete" }],
    [[1, 2, 3], [1, 4, 3], { "a[1]": "update" }],
    [[1, 2], [2], { "a[0]": "delete" }],
  ])("of lists without an order: %j, %j", (old, news, found) => {
    const any = { order: true, zeros: false };
    expect(Object.fromEntries(changes("a", old, news, any))).toStrictEqual(found);
  });
});

test("a state of an earlier version or the official plugin has more in it, which is no difference", () => {
  const state = {
    ...withDefaults(containerTable, inputs),
    healthcheck: { tests: ["CMD", "true"], interval: "1m30s", startInterval: "0s", retries: 3 },
    volumes: [{ volumeName: "a", containerPath: "/b", selinuxRelabel: "" }],
    mounts: [{ type: "bind", source: "/a", target: "/b", readOnly: true, bindOptions: {} }],
    hostname: "0123",
    command: ["sleep"],
    init: false,
    tmpfs: { "/run": "" },
    rm: false,
    shmSize: 64,
    memorySwap: 0,
    capabilities: {},
    containerReadRefreshTimeoutMilliseconds: 15000,
  };
  expect(difference(containerTable, state, inputs).properties).toEqual({});
});

describe("a refresh", () => {
  test("keeps the program's spelling of what has not changed", () => {
    const live = {
      ports: [{ protocol: "tcp", ip: "127.0.0.1", external: 2222, internal: 22 }],
      healthcheck: { tests: ["CMD", "true"], interval: "1m30s", startPeriod: "", retries: 3 },
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
    expect(difference(containerTable, found, inputs).properties).toEqual({
      memory: "update",
      ports: "add_replace",
    });
  });
});
