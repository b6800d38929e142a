import type * as pulumi from "@pulumi/pulumi";
import type { ContainerSettings, KalisiContainerArgs } from "../../components/kalisi-container";
import { memory, port, seconds } from "../../config/settings/units";
import { recordAnew } from "../support/record-anew";
import type { Registered } from "../support/recorder";

type Components = Awaited<ReturnType<typeof load>>;

async function load(preview: boolean) {
  return {
    ...(await recordAnew(preview)),
    ...(await import("../../components/health-gate")),
    ...(await import("../../components/kalisi-container")),
    ...(await import("../../components/kalisi-image")),
    ...(await import("../../components/kalisi-volumes")),
    ...(await import("../../components/neo4j-config")),
    ...(await import("../../components/ports")),
    ...(await import("../../components/ssh-keys")),
  };
}

const volumeNames = { workspace: "w", neo4j: "n", redis: "r", home: "h" };

function declareContainer(
  all: Components,
  settings: Partial<ContainerSettings> = {},
  options: Partial<KalisiContainerArgs> = {},
) {
  const volumes = new all.KalisiVolumes("volumes", { names: volumeNames });
  return new all.KalisiContainer("container", {
    containerName: "kalisi",
    image: "sha256:0123",
    ports: [all.loopbackPort(port(8443), port(18443)), all.loopbackPort(port(22), port(12222))],
    volumes: volumes.mounts,
    binds: [{ hostPath: "/a b/.env", containerPath: "/workspace/runtime/.env" }],
    digests: { "neo4j.conf": "d1", env: "d2" },
    settings: { autoStart: false, timeouts: { stopSeconds: seconds(90) }, ...settings },
    ...options,
  });
}

function byType(registered: readonly Registered[], type: string) {
  return registered.filter((resource) => resource.type === type);
}

describe.each([
  ["update", false],
  ["preview", true],
])("in %s mode", (_, preview) => {
  let all: Components;

  beforeAll(async () => {
    all = await load(preview);
  });

  beforeEach(() => {
    all.registered.length = 0;
  });

  async function settle(...outputs: readonly pulumi.Output<unknown>[]) {
    await Promise.all(outputs.map((output) => all.valueOf(output)));
    await all.runtime.disconnect();
  }

  test("the image is built with BuildKit from the root, with only the chosen build args", async () => {
    const image = new all.KalisiImage("image", {
      name: "kalisi/all-in-one:latest",
      source: { appRoot: "examples/source" },
      baseImages: { base: "kalisi/debian:trixie" },
      from: { rust: "debian", node: "debian", neo4j: "maven" },
      mirrors: {},
    });
    await settle(image.urn);
    expect(byType(all.registered, "docker:index/image:Image")).toStrictEqual([
      {
        type: "docker:index/image:Image",
        name: "image-build",
        inputs: {
          imageName: "kalisi/all-in-one:latest",
          skipPush: true,
          buildOnPreview: false,
          build: {
            context: ".",
            dockerfile: "docker/Dockerfile",
            builderVersion: "BuilderBuildKit",
            args: {
              SOURCE_DIR: "examples/source",
              BASE_IMAGE: "kalisi/debian:trixie",
              RUST_FROM: "debian",
              NODE_FROM: "debian",
              NEO4J_FROM: "maven",
            },
          },
        },
      },
    ]);
  });

  test("mirrors, the base's digest, the revision and the history's switch reach the build only where they are given", async () => {
    const sha = `sha256:${"0".repeat(64)}`;
    const image = new all.KalisiImage("image", {
      name: "kalisi/all-in-one:latest",
      source: {
        appRoot: "source",
        git: false,
        revision: { revision: "r", created: "2026-01-02T03:04:05Z", sourceRevision: "s" },
      },
      baseImages: { base: `ubuntu:24.04@${sha}` },
      from: { rust: "official", node: "official", neo4j: "official" },
      mirrors: { aptProxy: "http://p:1", apt: "http://a", npm: "http://n", cargo: "http://c" },
    });
    await settle(image.urn);
    const [declared] = byType(all.registered, "docker:index/image:Image");
    expect(declared?.inputs["build"]).toMatchObject({
      args: {
        BASE_IMAGE: `ubuntu:24.04@${sha}`,
        BASE_DIGEST: sha,
        APT_PROXY: "http://p:1",
        APT_MIRROR: "http://a",
        NPM_REGISTRY: "http://n",
        CARGO_REGISTRY: "http://c",
        SOURCE_GIT: "exclude",
        REVISION: "r",
        CREATED: "2026-01-02T03:04:05Z",
        SOURCE_REVISION: "s",
      },
    });
    expect(JSON.stringify(declared)).not.toContain("MAVEN_MIRROR");
  });

  const plain = {
    name: "kalisi/all-in-one:latest",
    source: { appRoot: "source" },
    baseImages: {},
    from: { rust: "official", node: "official", neo4j: "official" },
    mirrors: {},
  } as const;

  test("the user's build arguments and certificates reach the build, and override nothing", async () => {
    const image = new all.KalisiImage("image", {
      ...plain,
      buildArgs: { NPM_VERSION: "11", SOURCE_DIR: "elsewhere" },
      caCertificates: "PEM",
    });
    await settle(image.urn);
    const [declared] = byType(all.registered, "docker:index/image:Image");
    expect(declared?.inputs["build"]).toMatchObject({
      args: { NPM_VERSION: "11", SOURCE_DIR: "source", CA_CERTIFICATES: "PEM" },
    });
  });

  test("a published image is the same build once more, which is pushed, without a credential", async () => {
    const name = "registry.example/me/kalisi:1";
    const image = new all.KalisiImage("image", { ...plain, publish: { enabled: true, name } });
    await settle(image.urn);
    const [build, publish] = byType(all.registered, "docker:index/image:Image");
    expect(publish).toStrictEqual({
      ...build,
      name: "image-publish",
      inputs: { ...build?.inputs, imageName: name, skipPush: false },
    });
    expect(all.registered.filter(({ type }) => type.startsWith("docker:"))).toHaveLength(2);
  });

  test("a pulled image is not built, and stays when the stack goes", async () => {
    const pull = "registry.example/me/kalisi:1";
    const image = new all.KalisiImage("image", {
      ...plain,
      pull,
      publish: { enabled: true, name: "x.example/y" },
    });
    await settle(image.urn);
    expect(all.registered.filter(({ type }) => type.startsWith("docker:"))).toStrictEqual([
      {
        type: "docker:index/remoteImage:RemoteImage",
        name: "image-pull",
        inputs: { name: pull, keepLocally: true },
      },
    ]);
    expect(await all.valueOf(image.digest)).toBe(preview ? undefined : "sha256:pulled");
  });

  test("four volumes are declared, by their names alone, at their places", async () => {
    const volumes = new all.KalisiVolumes("volumes", { names: volumeNames });
    await settle(volumes.urn);
    expect(
      byType(all.registered, "docker:index/volume:Volume").map(({ name, inputs }) => [
        name,
        inputs,
      ]),
    ).toStrictEqual([
      ["volumes-workspace", { name: "w" }],
      ["volumes-neo4j", { name: "n" }],
      ["volumes-redis", { name: "r" }],
      ["volumes-home", { name: "h" }],
    ]);
    expect(volumes.mounts.map(({ containerPath }) => containerPath)).toStrictEqual([
      "/workspace",
      "/data/neo4j",
      "/data/redis",
      "/home/kalisi",
    ]);
  });

  test("the container publishes on loopback only, in the Engine's order", async () => {
    const container = declareContainer(all);
    await settle(container.urn);
    const [declared] = byType(all.registered, "docker:index/container:Container");
    expect(declared?.inputs["ports"]).toStrictEqual([
      { internal: 22, external: 12222, ip: "127.0.0.1", protocol: "tcp" },
      { internal: 8443, external: 18443, ip: "127.0.0.1", protocol: "tcp" },
    ]);
  });

  test("nobody gains a privilege, and memory has no limit, unless it is asked for", async () => {
    await settle(declareContainer(all).urn);
    const [declared] = byType(all.registered, "docker:index/container:Container");
    expect(declared?.inputs).toMatchObject({ securityOpts: ["no-new-privileges:true"] });
    expect(declared?.inputs).not.toHaveProperty("memory");
  });

  test("sudo, agent forwarding and a memory limit reach the container", async () => {
    await settle(
      declareContainer(all, {
        sudo: true,
        ssh: { agentForwarding: true },
        resources: { memory: memory("3g") },
      }).urn,
    );
    const [declared] = byType(all.registered, "docker:index/container:Container");
    expect(declared?.inputs).toMatchObject({
      envs: ["KALISI_AUTO_START=false", "KALISI_SSH_AGENT_FORWARDING=true", "KALISI_SUDO=true"],
      memory: 3072,
      memorySwap: 3072,
      capabilities: { drops: ["ALL"], adds: expect.arrayContaining(["CAP_FOWNER"]) as unknown },
    });
    expect(declared?.inputs).not.toHaveProperty("securityOpts");
  });

  test("a limit of processors, and whose it is, reach the container", async () => {
    const labels = { "kalisi.stack": "dev" };
    await settle(declareContainer(all, { resources: { cpus: 1.5 } }, { labels }).urn);
    const [declared] = byType(all.registered, "docker:index/container:Container");
    expect(declared?.inputs).toMatchObject({
      cpus: "1.5",
      labels: expect.arrayContaining([{ label: "kalisi.stack", value: "dev" }]) as unknown,
    });
  });

  test("the container has the binds read-only, the digests, a health check and a grace", async () => {
    const container = declareContainer(all);
    await settle(container.urn);
    const [declared] = byType(all.registered, "docker:index/container:Container");
    expect(declared?.inputs).toMatchObject({
      name: "kalisi",
      image: "sha256:0123",
      restart: "unless-stopped",
      envs: ["KALISI_AUTO_START=false"],
      labels: [
        { label: "kalisi.digest.env", value: "d2" },
        { label: "kalisi.digest.neo4j.conf", value: "d1" },
      ],
      healthcheck: { tests: ["CMD", "/usr/local/bin/kalisi-health", "--wait", "25"] },
      wait: false,
      destroyGraceSeconds: 90,
      stopTimeout: 90,
    });
    expect(declared?.inputs["volumes"]).toContainEqual({
      hostPath: "/a b/.env",
      containerPath: "/workspace/runtime/.env",
      readOnly: true,
    });
  });

  test("the container is given nothing that would open the host to it", async () => {
    const container = declareContainer(all);
    await settle(container.urn);
    const [declared] = byType(all.registered, "docker:index/container:Container");
    for (const absent of [
      "privileged",
      "networkMode",
      "pidMode",
      "ipcMode",
      "devices",
      "uploads",
    ]) {
      expect(declared?.inputs).not.toHaveProperty(absent);
    }
    expect(declared?.inputs["capabilities"]).toMatchObject({ drops: ["ALL"] });
    expect(JSON.stringify(declared?.inputs)).not.toContain("docker.sock");
  });

  test("keys go to the container by stdin, exactly those given", async () => {
    const keys = new all.SshKeys("ssh-keys", {
      containerId: "id",
      containerName: "kalisi",
      dockerHost: "unix:///d.sock",
      keys: [
        { line: "ssh-ed25519 AAAA one", fingerprint: "SHA256:1" },
        { line: "ssh-ed25519 BBBB two", fingerprint: "SHA256:2" },
      ],
    });
    await settle(keys.urn);
    expect(keys.fingerprints).toStrictEqual(["SHA256:1", "SHA256:2"]);
    expect(byType(all.registered, "command:local:Command")).toStrictEqual([
      {
        type: "command:local:Command",
        name: "ssh-keys-authorize",
        inputs: {
          create: "node --require ./compile.cjs components/commands/set-authorized-keys.ts",
          environment: { DOCKER_HOST: "unix:///d.sock", KALISI_CONTAINER: "kalisi" },
          stdin: "ssh-ed25519 AAAA one\nssh-ed25519 BBBB two\n",
          triggers: ["id"],
        },
      },
    ]);
  });

  test("the health gate asks again for each new container, and each time it is told to", async () => {
    const gate = (name: string, asked: number) =>
      new all.HealthGate(name, {
        containerId: "id",
        containerName: "kalisi",
        dockerHost: "unix:///d.sock",
        timeoutSeconds: seconds(300),
        asked,
      });
    await settle(gate("first", 0).urn, gate("again", 2).urn);
    expect(byType(all.registered, "command:local:Command")).toMatchObject([
      { name: "first-wait", inputs: { triggers: ["id"] } },
      { name: "again-wait", inputs: { triggers: ["id", 2] } },
    ]);
  });

  test("neo4j.conf is bound where Neo4j reads it, and its digest follows its content", async () => {
    const declare = (content: string) =>
      new all.Neo4jConfig(`neo4j-${content}`, { conf: { path: "/c/neo4j.conf", content } });
    const [one, other] = [declare("a"), declare("b")];
    await settle(one.urn, other.urn);
    expect(one.bind).toStrictEqual({
      hostPath: "/c/neo4j.conf",
      containerPath: "/etc/neo4j/neo4j.conf",
    });
    expect(one.digest).not.toBe(other.digest);
  });
});
