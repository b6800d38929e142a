import { copyFileSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type * as Pulumi from "@pulumi/pulumi";
import { derivedPorts, physicalNames } from "../../config/names";
import { writeText } from "../support/files";
import { close, listen } from "../support/listen";
import { recordAnew } from "../support/record-anew";
import type { Registered } from "../support/recorder";

const projectRoot = join(__dirname, "..", "..");
const stack = "unit";
/** The stack's own resource, which is the parent of what names none. */
const stackResource = `kalisi-${stack}`;
const names = physicalNames(stack);
const ports = derivedPorts(stack);
const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHeZ6Rgf4JBjZ4xGgHZQz+L5GzqIGFGNz1pDL5pdcYDf me";

/** The root of a project that is this one, with a machine profile and a source tree of the test's own. */
let root: string;
let engine: Server;
let enginePort: number;

/** A resource as the program declares it, without its inputs. */
interface Declared {
  readonly type: string;
  readonly name: string;
  /** The parent's name. */
  readonly parent: string;
  /** What the program says of its life; what the SDK adds is left out. */
  readonly options: Readonly<Record<string, unknown>>;
}

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "program-"));
  copyFileSync(join(projectRoot, "index.ts"), join(root, "index.ts"));
  for (const shared of ["components", "config", "docker", "node_modules"]) {
    symlinkSync(join(projectRoot, shared), join(root, shared));
  }
  writeText(join(root, "source", "Cargo.toml"), "");
  copyFileSync(join(projectRoot, "examples/source/.env.example"), join(root, "source", ".env"));
  writeText(
    join(root, ".kalisi", "machine.json"),
    JSON.stringify({ digestKey: "ab".repeat(32), sourcePath: "source" }),
  );
  engine = createServer((request, response) => {
    // A connection that is kept would be closed after a while, just when the next run takes it.
    response.setHeader("connection", "close");
    response.setHeader("content-type", "application/json");
    const answers = { "/containers/": [], "/volumes": { Volumes: [] }, "/images/": {} };
    const answer = Object.entries(answers).find(([path]) => request.url?.startsWith(path));
    response.end(JSON.stringify(answer?.[1] ?? "OK"));
  });
  enginePort = await listen(engine);
});

afterAll(async () => {
  rmSync(root, { recursive: true });
  await close(engine);
});

/** The environment that the program reads: jest gives each test file its own. */
function useEngine(): void {
  process.env["DOCKER_HOST"] = `tcp://127.0.0.1:${enginePort}`;
  process.env["AUTHORIZED_KEYS"] = key;
  for (const name of ["KALISI_SOURCE", "KALISI_IMAGE", "KALISI_KEYS_FROM", "KALISI_AUTO_START"]) {
    Reflect.deleteProperty(process.env, name);
  }
}

/** Loads index.ts into a module registry of its own, before an engine that records its inputs. */
async function load(preview: boolean, config: Readonly<Record<string, string>> = {}) {
  const { runtime, registered } = await recordAnew(preview, stack);
  runtime.setAllConfig(config);
  const { default: program } = (await import(join(root, "index.ts"))) as {
    default: () => Promise<Record<string, unknown>>;
  };
  return { runtime, registered, program };
}

/** Runs index.ts as Pulumi does. */
async function run(preview: boolean) {
  const { runtime, registered, program } = await load(preview);
  const declared: Promise<Declared>[] = [];
  let outputs: Record<string, unknown> = {};
  await runtime.runInPulumiStack(async () => {
    runtime.registerStackTransformation(({ type, name, opts }) => {
      declared.push(describeResource(type, name, opts));
      return undefined;
    });
    outputs = await program();
    return outputs;
  });
  await runtime.disconnect();
  return { declared: await Promise.all(declared), registered, outputs };
}

async function describeResource(type: string, name: string, opts: Pulumi.ResourceOptions) {
  const { parent } = opts;
  const urn =
    parent === undefined
      ? stackResource
      : await new Promise<string>((done) => parent.urn.apply(done));
  const { retainOnDelete, deleteBeforeReplace, replaceOnChanges, ignoreChanges } =
    opts as Pulumi.CustomResourceOptions;
  const life = { retainOnDelete, deleteBeforeReplace, replaceOnChanges, ignoreChanges };
  return {
    type,
    name,
    parent: urn.split("::").at(-1) ?? "",
    options: Object.fromEntries(Object.entries(life).filter(([, value]) => value !== undefined)),
  };
}

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
  component("neo4j", "Neo4jConfig"),
  component("container", "KalisiContainer"),
  {
    type: "docker:index/container:Container",
    name: "container-run",
    parent: "container",
    options: {
      deleteBeforeReplace: true,
      replaceOnChanges: ["healthcheck", "tmpfs", "init"],
    },
  },
  component("ssh-keys", "SshKeys"),
  command("ssh-keys-authorize", "ssh-keys"),
  component("health", "HealthGate"),
  command("health-wait", "health"),
];

describe.each([
  ["update", false],
  ["preview", true],
])("in %s mode", (_, preview) => {
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
        { containerPath: "/etc/neo4j/neo4j.conf", readOnly: true },
        {
          containerPath: "/workspace/runtime/.env",
          hostPath: join(root, "source", ".env"),
          readOnly: true,
        },
      ],
    });
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
