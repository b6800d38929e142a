import { commandTable } from "../../../airgap/plugins/command/command";
import { containerTable } from "../../../airgap/plugins/docker/container-table";
import { imageTable } from "../../../airgap/plugins/docker/image";
import { networkTable } from "../../../airgap/plugins/docker/network";
import { remoteImageTable } from "../../../airgap/plugins/docker/remote-image";
import { volumeTable } from "../../../airgap/plugins/docker/volume";
import { isObject, type Props } from "../../../airgap/plugins/values";
import { refusals, type Table } from "../../../airgap/plugins/table";
import type { AuthorizedKey } from "../../../config/files/ssh-keys";
import { memory, port, seconds } from "../../../config/settings/units";
import { recordResources, type Registered } from "../../support/recorder";

const tables: Readonly<Record<string, Table>> = {
  "docker:index/image:Image": imageTable,
  "docker:index/remoteImage:RemoteImage": remoteImageTable,
  "docker:index/container:Container": containerTable,
  "docker:index/network:Network": networkTable,
  "docker:index/volume:Volume": volumeTable,
  "command:local:Command": commandTable,
};

/** What the stand-ins know though no component declares it, and why. */
const reasons: Readonly<Record<string, string>> = {
  "Container.entrypoints": "bench/bare-stack.ts declares it",
  "Container.mustRun": "the official plugin's default, which a state of it holds",
  "Container.removeVolumes": "the official plugin's default, which a state of it holds",
  "Container.start": "the official plugin's default, which a state of it holds",
  "Container.waitTimeout": "the official plugin's default, which a state of it holds",
  "Image.build.target": "test/image builds single stages",
  "Volume.driver": "ignored changes: the engine hands in what the state has",
  "Volume.driverOpts": "ignored changes: the engine hands in what the state has",
};

/** Of `docker:index/image:Image` the `Image`. */
const nameOf = (type: string) => type.split(":").at(-1) ?? type;

let registered: readonly Registered[];

beforeAll(async () => {
  registered = await recordResources(false);
  const { KalisiImage } = await import("../../../components/kalisi-image");
  const { KalisiVolumes } = await import("../../../components/kalisi-volumes");
  const { KalisiNetwork } = await import("../../../components/kalisi-network");
  const { KalisiFiles } = await import("../../../components/kalisi-files");
  const { KalisiContainer } = await import("../../../components/kalisi-container");
  const { loopbackPort } = await import("../../../components/ports");
  const { SshKeys } = await import("../../../components/ssh-keys");
  const { HealthGate } = await import("../../../components/health-gate");

  const image = {
    name: "a",
    source: { appRoot: "source" },
    baseImages: {},
    from: { rust: "official", node: "official", neo4j: "official" },
    mirrors: {},
    platform: "linux/amd64",
  } as const;
  const { digest } = new KalisiImage("built", {
    ...image,
    publish: { enabled: true, name: "ghcr.io/a/b" },
  });
  new KalisiImage("pulled", { ...image, pull: "ghcr.io/a/b" });
  const { mounts } = new KalisiVolumes("volumes", {
    names: { workspace: "w", neo4j: "n", redis: "r", home: "h" },
    labels: { a: "b" },
  });
  const { networkId } = new KalisiNetwork("network", {
    networkName: "a",
    bridgeName: "a",
    labels: { a: "b" },
    subnet: "10.80.0.0/24",
  });
  const container = {
    containerName: "a",
    image: digest,
    network: networkId,
    ports: [loopbackPort(port(1), port(2))],
    volumes: mounts,
    mounts: [{ type: "bind", source: "/a", target: "/b" }] as const,
    digests: { a: "b" },
  };
  const timeouts = { healthySeconds: seconds(300), stopSeconds: seconds(90) };
  const { containerId } = new KalisiContainer("least", {
    ...container,
    settings: { autoStart: false, timeouts },
  });
  new KalisiContainer("most", {
    ...container,
    labels: { a: "b" },
    environment: { A: "1" },
    settings: {
      autoStart: true,
      redis: { memory: memory("1g") },
      resources: { memory: memory("3g"), cpus: 1.5 },
      ssh: { agentForwarding: true },
      sudo: true,
      timeouts,
    },
  });
  const running = { containerId, containerName: "a", dockerHost: "unix:///a" };
  new KalisiFiles("files", {
    files: { env: { path: "/a", containerPath: "/b", digest: "c" } },
    dockerHost: "ssh://far",
    containerName: "a",
    owner: { stack: "a", clone: "b" },
    image: digest,
    asked: 0,
  });
  new SshKeys("keys", { ...running, keys: [{ line: "a" } as AuthorizedKey] });
  new HealthGate("gate", { ...running, timeoutSeconds: seconds(1), asked: 1 });
  await (await import("@pulumi/pulumi")).runtime.disconnect();
});

/** By its path, each input that is an object's field, and each other one by its name. */
function paths(type: string, table: Table, inputs: Props): readonly string[] {
  const found = Object.entries(inputs).flatMap(([key, value]) =>
    table[key]?.fields === undefined
      ? [key]
      : [value]
          .flat()
          .filter(isObject)
          .flatMap((item) => Object.keys(item).map((field) => `${key}.${field}`)),
  );
  return found.map((path) => `${nameOf(type)}.${path}`);
}

function declared(type: string, table: Table): readonly string[] {
  return registered
    .filter((resource) => resource.type === type)
    .flatMap(({ inputs }) => paths(type, table, inputs as Props));
}

test.each(Object.entries(tables))(
  "of %s the inputs are known that components declare, and others for a reason",
  (type, table) => {
    const inputs = Object.entries(table).map(([key, { fields }]) => [key, fields ?? null] as const);
    const known = paths(type, table, Object.fromEntries(inputs));
    const others = Object.keys(reasons).filter((path) => path.startsWith(`${nameOf(type)}.`));
    expect([...known].sort()).toStrictEqual([...new Set(declared(type, table)), ...others].sort());
  },
);

test("what the components declare is not refused", () => {
  const refused = registered.flatMap(({ type, name, inputs }) => {
    const table = tables[type];
    return table === undefined ? [] : refusals(name, table, inputs as Props);
  });
  expect(refused).toStrictEqual([]);
});
