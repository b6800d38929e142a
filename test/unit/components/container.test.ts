import { memory } from "../../../config/settings/units";
import { byType, declareContainer, useComponents, volumeNames } from "../../support/components";
import { modes } from "../../support/record-anew";

describe.each(modes)("in %s mode", (_, preview) => {
  const all = useComponents(preview);

  test("four volumes are declared, by their names alone, at their places", async () => {
    const volumes = new all.KalisiVolumes("volumes", { names: volumeNames });
    await all.settle(volumes.urn);
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
    await all.settle(container.urn);
    const [declared] = byType(all.registered, "docker:index/container:Container");
    expect(declared?.inputs["ports"]).toStrictEqual([
      { internal: 22, external: 12222, ip: "127.0.0.1", protocol: "tcp" },
      { internal: 8443, external: 18443, ip: "127.0.0.1", protocol: "tcp" },
    ]);
  });

  test("nobody gains a privilege, and memory has no limit, unless it is asked for", async () => {
    await all.settle(declareContainer(all).urn);
    const [declared] = byType(all.registered, "docker:index/container:Container");
    expect(declared?.inputs).toMatchObject({ securityOpts: ["no-new-privileges:true"] });
    expect(declared?.inputs).not.toHaveProperty("memory");
  });

  test("sudo, agent forwarding and a memory limit reach the container", async () => {
    await all.settle(
      declareContainer(all, {
        sudo: true,
        ssh: { agentForwarding: true },
        resources: { memory: memory("3g") },
      }).urn,
    );
    const [declared] = byType(all.registered, "docker:index/container:Container");
    expect(declared?.inputs).toMatchObject({
      envs: [
        "KALISI_AUTO_START=false",
        "KALISI_HEALTHY_SECONDS=300",
        "KALISI_SSH_AGENT_FORWARDING=true",
        "KALISI_STOP_SECONDS=90",
        "KALISI_SUDO=true",
      ],
      memory: 3072,
      memorySwap: 3072,
      capabilities: { drops: ["ALL"], adds: expect.arrayContaining(["CAP_FOWNER"]) as unknown },
    });
    expect(declared?.inputs).not.toHaveProperty("securityOpts");
  });

  test("a limit of processors, and whose it is, reach the container", async () => {
    const labels = { "kalisi.stack": "dev" };
    await all.settle(declareContainer(all, { resources: { cpus: 2 } }, { labels }).urn);
    const [declared] = byType(all.registered, "docker:index/container:Container");
    expect(declared?.inputs).toMatchObject({
      cpus: "2.0",
      labels: expect.arrayContaining([{ label: "kalisi.stack", value: "dev" }]) as unknown,
    });
  });

  test("the container has the binds read-only, the digests, a health check and a grace", async () => {
    const container = declareContainer(all);
    await all.settle(container.urn);
    const [declared] = byType(all.registered, "docker:index/container:Container");
    expect(declared?.inputs).toMatchObject({
      name: "kalisi",
      image: "sha256:0123",
      restart: "unless-stopped",
      envs: ["KALISI_AUTO_START=false", "KALISI_HEALTHY_SECONDS=300", "KALISI_STOP_SECONDS=90"],
      labels: [
        { label: "kalisi.digest.env", value: "d2" },
        { label: "kalisi.digest.neo4j.conf", value: "d1" },
      ],
      healthcheck: {
        tests: ["CMD", "/usr/local/bin/kalisi-health", "--wait", "25"],
        startPeriod: "5m0s",
      },
      wait: false,
      destroyGraceSeconds: 90,
      stopTimeout: 90,
    });
    expect(declared?.inputs["mounts"]).toStrictEqual([
      { type: "bind", source: "/a b/.env", target: "/workspace/runtime/.env", readOnly: true },
    ]);
    expect(declared?.inputs["ulimits"]).toStrictEqual([{ name: "core", soft: 0, hard: 0 }]);
  });

  test("the container is given nothing that would open the host to it", async () => {
    const container = declareContainer(all);
    await all.settle(container.urn);
    const [declared] = byType(all.registered, "docker:index/container:Container");
    for (const absent of ["privileged", "pidMode", "ipcMode", "devices", "uploads"]) {
      expect(declared?.inputs).not.toHaveProperty(absent);
    }
    expect(declared?.inputs["capabilities"]).toMatchObject({ drops: ["ALL"] });
    expect(JSON.stringify(declared?.inputs)).not.toContain("docker.sock");
  });
});
