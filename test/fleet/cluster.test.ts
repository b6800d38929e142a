import { createReadStream, existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { follow } from "../../config/engine/progress";
import { isClusterAsked, progress } from "../support/cluster/asked";
import { Cluster } from "../support/cluster/cluster";
import { makeTinyImage } from "../support/cluster/image";
import { buildKubernetes } from "../support/cluster/kubernetes";
import { claim, claimedFolder, tinyPod } from "../support/cluster/objects";
import { docker } from "../support/e2e/probe";
import { story } from "../support/story";

const minutes = 60_000;
const kernel = ["vm/overcommit_memory", "kernel/panic", "kernel/panic_on_oops"];
const kernelSettings = () => kernel.map((name) => readFileSync(join("/proc/sys", name), "utf8"));

/** What of a cluster is on this machine. */
function partsOf({ folder, hostDevice }: Cluster): readonly string[] {
  const name = basename(folder);
  const processes = readdirSync("/proc").filter((pid) => /^\d+$/.test(pid) && runs(pid, name));
  const mounts = readFileSync("/proc/mounts", "utf8").split("\n");
  const groups = readdirSync("/sys/fs/cgroup").map((at) => join("/sys/fs/cgroup", at, name));
  return [
    ...processes.map((pid) => `process ${pid}`),
    ...mounts.filter((line) => line.includes(name)),
    ...[folder, `/sys/class/net/${hostDevice}`, `/sys/fs/cgroup/${name}`, ...groups].filter(
      (path) => existsSync(path),
    ),
  ];
}

function runs(pid: string, name: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(name);
  } catch {
    return false;
  }
}

const isAsked = isClusterAsked("The cluster is not tried: its first build takes ten minutes.");

(isAsked ? describe : describe.skip)("a cluster", () => {
  const step = story(2 * minutes);
  const before = kernelSettings();
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = new Cluster(await buildKubernetes(progress), ["first", "second"]);
    await cluster.start();
  }, 30 * minutes);

  afterAll(() => cluster.end());

  const ready = (resource: string) =>
    cluster.kubectl("wait", "--for=condition=Ready", resource, "--timeout=60s");

  step("has nodes that are ready", async () => {
    const nodes = await cluster.kubectl("get", "nodes", "--no-headers");
    expect(nodes.match(/^(first|second) +Ready .* v1\.34\.4$/gm)).toHaveLength(2);
    await expect(cluster.kubectl("version")).resolves.toMatch(
      /^Client Version: v1\.34\.4$.*^Server Version: v1\.34\.4$/ms,
    );
  });

  step("runs a pod, which can be asked", async () => {
    await cluster.apply(tinyPod("asked"));
    await ready("pod/asked");
    await expect(cluster.kubectl("logs", "asked")).resolves.toBe("up\n");
    const read = ["exec", "asked", "--", "/tiny", "read", "/etc/hostname"];
    await expect(cluster.kubectl(...read)).resolves.toBe("asked\n");
    await expect(cluster.kubectl("exec", "asked", "--", "/tiny", "dance")).rejects.toThrow(
      'what is ["dance"]?',
    );
  });

  step("keeps a claim's parts when their pod goes", async () => {
    const folder = join(cluster.storage, "kept");
    const pod = tinyPod("writer", { claim: { name: "kept", parts: { "/one": "a", "/two": "b" } } });
    await cluster.apply(...claimedFolder("kept", folder), pod);
    await ready("pod/writer");
    await cluster.kubectl("exec", "writer", "--", "/tiny", "write", "/two/file", "content");
    expect(readFileSync(join(folder, "b", "file"), "utf8")).toBe("content");
    await cluster.kubectl("delete", "pod/writer");
    await cluster.apply(pod);
    await ready("pod/writer");
    const read = (path: string) => cluster.kubectl("exec", "writer", "--", "/tiny", "read", path);
    await expect(read("/two/file")).resolves.toBe("content");
    await expect(read("/one/file")).rejects.toThrow("no such file");
  });

  step("has what the Engine has pushed", async () => {
    const name = `${process.env["KALISI_TEST_PREFIX"] ?? "kalisi"}/published:${process.pid}`;
    const archive = createReadStream(await makeTinyImage(cluster.folder, name));
    await follow(await docker.loadImage(archive), () => undefined);
    try {
      const image = await cluster.publish(name);
      expect(image).toMatch(/^127\.0\.0\.1:\d+\/\w+\/published@sha256:[0-9a-f]{64}$/);
      await cluster.apply(tinyPod("published", { image }));
      await expect(ready("pod/published")).resolves.toContain("condition met");
      const { RepoTags, RepoDigests } = await docker.getImage(name).inspect();
      expect([...RepoTags, ...RepoDigests]).toStrictEqual([name]);
    } finally {
      await docker.getImage(name).remove();
    }
  });

  step("gives a claim without a class a volume, once a pod wants it", async () => {
    await cluster.offerVolumes(2, "1Gi");
    await cluster.apply(claim("unwanted", "1Gi"), claim("wanted", "1Gi"));
    await cluster.apply(tinyPod("wanting", { claim: { name: "wanted", parts: { "/data": "" } } }));
    await ready("pod/wanting");
    const phases = ["--output", "jsonpath={.items[*].status.phase}"];
    const claims = cluster.kubectl("get", "pvc", "unwanted", "wanted", ...phases);
    await expect(claims).resolves.toBe("Pending Bound");
    await cluster.kubectl("exec", "wanting", "--", "/tiny", "write", "/data/file", "content");
    const volume = ["--output", "jsonpath={.spec.volumeName}"];
    const folder = await cluster.kubectl("get", "pvc/wanted", ...volume);
    expect(readFileSync(join(cluster.storage, folder, "file"), "utf8")).toBe("content");
    await cluster.apply(claim("wanted", "2Gi"));
    const sizes = [
      "--output",
      "jsonpath={.spec.resources.requests.storage} {.status.capacity.storage}",
    ];
    await expect(cluster.kubectl("get", "pvc/wanted", ...sizes)).resolves.toBe("2Gi 1Gi");
  });

  step("notices that a node is lost, and that it is back", async () => {
    const [node] = cluster.nodes;
    if (node === undefined) throw new Error("there is no node");
    await node.end();
    const lost = "--for=condition=Ready=Unknown";
    await cluster.kubectl("wait", lost, `node/${node.name}`, "--timeout=60s");
    await cluster.startNode(node);
    await cluster.apply(tinyPod("back", { node: node.name }));
    await expect(ready("pod/back")).resolves.toContain("condition met");
  });

  step("leaves nothing", async () => {
    expect(partsOf(cluster)).not.toStrictEqual([]);
    await cluster.end();
    expect(partsOf(cluster)).toStrictEqual([]);
    expect(kernelSettings()).toStrictEqual(before);
  });
});
