import { join } from "node:path";
import { derivedPorts, physicalNames } from "../../config/names";
import { key, useProgram, type Declared } from "../support/program";
import { modes } from "../support/record-anew";
import type { Registered } from "../support/recorder";

const stack = "unit";
const names = physicalNames(stack);
const ports = derivedPorts(stack);

const { root, stackResource, useEngine, load, run } = useProgram(stack);
/** A project of its own: what a run finds missing on the Engine is counted in its folder. */
const far = useProgram(stack);

const component = (name: string, type: string) => ({
  type: `kalisi:components:${type}`,
  name,
  parent: stackResource,
  options: {},
});
const volume = (name: string) => ({
  type: "docker:index/volume:Volume",
  name: `volumes-${name}`,
  parent: "volumes",
  options: { retainOnDelete: true, ignoreChanges: ["labels", "driver", "driverOpts"] },
});
const command = (name: string, parent: string) => ({
  type: "command:local:Command",
  name,
  parent,
  options: { replaceOnChanges: ["triggers[*]"] },
});

const everything: readonly Declared[] = [
  { type: "pulumi:providers:docker", name: "engine", parent: stackResource, options: {} },
  component("image", "KalisiImage"),
  { type: "docker:index/image:Image", name: "image-build", parent: "image", options: {} },
  component("volumes", "KalisiVolumes"),
  volume("workspace"),
  volume("neo4j"),
  volume("redis"),
  volume("home"),
  component("network", "KalisiNetwork"),
  {
    type: "docker:index/network:Network",
    name: "network-bridge",
    parent: "network",
    options: { deleteBeforeReplace: true },
  },
  component("neo4j", "Neo4jConfig"),
  component("files", "KalisiFiles"),
  component("container", "KalisiContainer"),
  {
    type: "docker:index/container:Container",
    name: "container-run",
    parent: "container",
    options: {
      deleteBeforeReplace: true,
      replaceOnChanges: ["mounts", "healthcheck", "tmpfs", "init", "memory", "memorySwap"],
    },
  },
  component("limit", "ProcessLimit"),
  command("limit-set", "limit"),
  component("ssh-keys", "SshKeys"),
  command("ssh-keys-authorize", "ssh-keys"),
  component("build-network", "BuildNetwork"),
  command("build-network-set", "build-network"),
  component("health", "HealthGate"),
  command("health-wait", "health"),
];

describe.each(modes)("in %s mode", (_, preview) => {
  let result: Awaited<ReturnType<typeof run>>;

  beforeAll(async () => {
    useEngine();
    result = await run(preview);
  });

  function inputsOf(name: string): Record<string, unknown> {
    return registeredAs(name)?.inputs ?? {};
  }

  function registeredAs(name: string): Registered | undefined {
    return result.registered.find((resource) => resource.name === name);
  }

  test("exactly these resources are declared, each where it belongs", () => {
    expect(result.declared).toStrictEqual(everything);
  });

  test("what is on the Engine is made by the provider of the configured host", () => {
    expect(inputsOf("engine")).toStrictEqual({ host: process.env["DOCKER_HOST"] });
    const onEngine = everything.filter(({ type }) => type.startsWith("docker:"));
    for (const { name } of onEngine) {
      expect(registeredAs(name)?.provider).toContain("pulumi:providers:docker::engine::");
    }
  });

  test("the stack's own names, ports and files reach the container", () => {
    expect(inputsOf("image-build")).toMatchObject({
      imageName: `kalisi/all-in-one:${stack}`,
      build: { args: { SOURCE_DIR: "source" } },
    });
    expect(inputsOf("container-run")).toMatchObject({
      name: names.container,
      ports: [
        { internal: 22, external: ports.ssh, ip: "127.0.0.1" },
        { internal: 8443, external: ports.gateway, ip: "127.0.0.1" },
      ],
      volumes: [
        { containerPath: "/workspace", volumeName: names.volumes.workspace },
        { containerPath: "/data/neo4j", volumeName: names.volumes.neo4j },
        { containerPath: "/data/redis", volumeName: names.volumes.redis },
        { containerPath: "/home/kalisi", volumeName: names.volumes.home },
      ],
      mounts: [
        { type: "bind", target: "/etc/neo4j/neo4j.conf", readOnly: true },
        {
          type: "bind",
          target: "/workspace/runtime/.env",
          source: join(root, "source", ".env"),
          readOnly: true,
        },
      ],
    });
    const config = join(root, ".devcontainer", "devcontainer.json");
    expect(inputsOf("container-run")["labels"]).toStrictEqual(
      expect.arrayContaining([
        { label: "devcontainer.config_file", value: config },
        { label: "devcontainer.local_folder", value: root },
      ]),
    );
    const owner = [
      { label: "kalisi.clone", value: expect.stringMatching(/^[0-9a-f]{12}$/) as string },
      { label: "kalisi.stack", value: stack },
    ];
    for (const [key, name] of Object.entries(names.volumes)) {
      expect(inputsOf(`volumes-${key}`)).toStrictEqual({ name, labels: owner });
    }
    expect(inputsOf("ssh-keys-authorize")).toMatchObject({ stdin: `${key}\n` });
  });

  test("the image and the container's id are what the next resource waits for", () => {
    const unknown: unknown = expect.objectContaining({ __pulumiUnknown: true });
    const [image, containerId] = preview ? [unknown, unknown] : ["sha256:0123", "container-run-id"];
    expect(inputsOf("container-run")["image"]).toStrictEqual(image);
    expect(inputsOf("ssh-keys-authorize")["triggers"]).toStrictEqual([containerId]);
    expect(inputsOf("health-wait")["triggers"]).toStrictEqual([containerId]);
  });

  test("the outputs say where it is, before anything is made", () => {
    expect(result.outputs).toMatchObject({
      url: `https://localhost:${ports.gateway}`,
      ssh: `ssh -p ${ports.ssh} kalisi@127.0.0.1`,
      source: "source",
      dockerHost: `${process.env["DOCKER_HOST"] ?? ""} (from DOCKER_HOST)`,
      keyFingerprints: [expect.stringMatching(/^SHA256:/)],
    });
  });

  test("no value of .env is in what is declared", () => {
    const text = JSON.stringify(result.registered);
    expect(text).toContain("kalisi.digest.env");
    expect(text).not.toContain("change-me");
  });

  test("a mistake is found before anything is declared", async () => {
    useEngine();
    const port = JSON.stringify({ port: 70_000 });
    const { program: mistaken, registered } = await load(preview, { "kalisi:ssh": port });
    await expect(mistaken()).rejects.toThrow('kalisi:ssh.port = "70000": expected a port');
    expect(registered).toStrictEqual([]);
  });
});

test("an Engine that does not see this machine's files gets them on a volume, by a command", async () => {
  far.useEngine(false);
  const { declared, registered } = await far.run(false);
  const at = everything.findIndex(({ name }) => name === "files") + 1;
  expect(declared).toStrictEqual(everything.toSpliced(at, 0, command("files-place", "files")));
  const inputs = (name: string) => registered.find((resource) => resource.name === name)?.inputs;
  expect(inputs("container-run")).toMatchObject({
    mounts: [
      { type: "volume", source: "kalisi-unit-files", target: "/etc/kalisi/files", readOnly: true },
    ],
  });
  expect(inputs("files-place")).toMatchObject({
    create: expect.stringContaining("place-files") as string,
    delete: expect.stringContaining("remove-files") as string,
    environment: { KALISI_IMAGE: "sha256:0123", KALISI_VOLUME: "kalisi-unit-files" },
  });
  expect(JSON.stringify(registered)).not.toContain("change-me");
});
