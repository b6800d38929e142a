import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isClusterAsked, progress } from "../support/cluster/asked";
import { Cluster } from "../support/cluster/cluster";
import { ClusterSession } from "../support/cluster/cluster-session";
import { buildKubernetes } from "../support/cluster/kubernetes";
import { untilSaid } from "../support/eventually";
import { makeKeyPair } from "../support/e2e/clone";
import { Connection } from "../support/e2e/connection";
import { ask, ssh, withKey } from "../support/e2e/probe";
import { writeText } from "../support/files";
import { story } from "../support/story";

const minutes = 60_000;
const isAsked = isClusterAsked(
  "No stack is brought up in a cluster: what that needs is built for half an hour.",
);

(isAsked ? describe : describe.skip)("a stack in a cluster", () => {
  const step = story(4 * minutes);
  let cluster: Cluster;
  let stack: ClusterSession;
  let image: string;

  beforeAll(async () => {
    cluster = new Cluster(await buildKubernetes(progress), ["first", "second"]);
    await cluster.start();
    image = await cluster.publish(process.env["KALISI_TEST_IMAGE"] ?? "kalisi/image-test:latest");
    stack = await ClusterSession.make(cluster, "cluster", image);
  }, 40 * minutes);

  afterAll(async () => {
    await stack.end();
    await cluster.end();
  });

  const setting = (path: string, value: string) =>
    stack.user.set({ [`kalisi:kubernetes.${path}`]: value });
  const lastLine = (output: string) => output.trimEnd().split("\n").at(-1);

  step("where it cannot be, nothing is made", async () => {
    await setting("context", "elsewhere");
    await expect(stack.refusal()).resolves.toContain("KALISI-KUBERNETES-CONTEXT");
    await setting("context", "test");
    const noClass = await stack.refusal();
    expect(noClass).toContain("KALISI-KUBERNETES-STORAGE");
    expect(noClass).toContain("the cluster has no default class");
    await setting("namespace", "not-there");
    await expect(stack.refusal()).resolves.toContain("KALISI-KUBERNETES-NAMESPACE");
    await stack.user.plain("config rm --path kalisi:kubernetes.namespace");
    await expect(cluster.kubectl("get", "namespaces")).resolves.not.toContain(stack.namespace);
  });

  step("somebody else's namespace is refused, and stays as it is", async () => {
    await cluster.offerVolumes(2, "2Gi");
    await cluster.kubectl("create", "namespace", stack.namespace);
    const refused = await stack.refusal();
    expect(refused).toContain("KALISI-KUBERNETES-TAKEN");
    expect(lastLine(refused)).toContain("kalisi:kubernetes.namespace");
    await expect(stack.parts("all,pvc,secret")).resolves.toStrictEqual([""]);
    await cluster.kubectl("delete", "namespace", stack.namespace);
  });

  step("comes up on an empty claim", async () => {
    await expect(stack.start()).resolves.toContain("Kalisi is up");
    const { code, output } = await stack.run("status");
    expect({ code, output }).toMatchObject({ code: 0 });
    expect(output).toContain("Pod kalisi-0: healthy");
    expect(output).toContain("npm start would change nothing.");
    await stack.cypher("CREATE (:Kept {value: 1})");
  });

  step("has nothing to do then", async () => {
    await expect(stack.start()).resolves.toMatch(/Resources: \d+ unchanged/);
  });

  step("no secret is in the state or in what was said", () => {
    const secrets = Object.values(stack.user.secrets());
    const places = [stack.state(), stack.said];
    expect(places[0]).toContain(`"${stack.namespace}"`);
    for (const secret of secrets) {
      for (const text of places) expect(text).not.toContain(secret);
    }
  });

  step("nothing listens for other pods", async () => {
    const tables = await stack.inside("cat", "/proc/net/tcp", "/proc/net/tcp6");
    const listening = [...tables.matchAll(/^ *\d+: ([0-9A-F]+):([0-9A-F]{4}) \S+ 0A /gm)];
    // 127.0.0.1, ::1, and 127.0.0.1 as an address of the other kind.
    const own = ["0100007F", `${"0".repeat(24)}01000000`, "0000000000000000FFFF00000100007F"];
    const open = listening.filter(([, address = ""]) => !own.includes(address));
    expect(listening.length).toBeGreaterThan(5);
    expect(open.map(([line]) => line)).toStrictEqual([]);
    await expect(stack.parts("service,networkpolicy")).resolves.toStrictEqual([
      "networkpolicy.networking.k8s.io/kalisi-no-ingress",
    ]);
  });

  step("a shell, a log and what is in the settings are the pod's", async () => {
    const shell = await stack.run("shell", "sh -c 'id -un; exit 5'");
    expect(shell).toMatchObject({ code: 5 });
    expect(shell.output).toMatch(/^kalisi$/m);
    const log = await stack.run("logs", "neo4j --tail 2");
    expect(log.output.match(/^neo4j: /gm)).toHaveLength(2);
    expect((await stack.run("open")).output).toContain(
      `https://localhost:${stack.user.stack.gatewayPort}`,
    );
    const { name } = stack.user.stack;
    const list = await stack.user.sh("npm run --silent list", cluster.environment);
    expect(list.output).toMatch(new RegExp(`^${name} +healthy`, "m"));
  });

  step("ssh-config has ssh find the pod, and no other", async () => {
    const file = join(stack.user.clone.path, "..", "ssh_config");
    const { output } = await stack.run("ssh-config");
    const login = async (config: string) => {
      writeText(file, config);
      const line = `ssh -F ${file} -o UserKnownHostsFile=/dev/null ${stack.namespace} id -un`;
      return stack.user.sh(line, cluster.environment);
    };
    await expect(login(output)).resolves.toMatchObject({ code: 0 });
    const other = /AAAA\S+/.exec(readFileSync(`${stack.user.strangersKey}.pub`, "utf8"))?.[0] ?? "";
    const changed = await login(output.replace(/AAAA\S+/, other));
    expect(changed.code).toBe(255);
    expect(changed.output).toContain("Host key verification failed");
  });

  step("connect has the page answer here, and goes on with another pod", async () => {
    const { user } = stack;
    const connection = new Connection(user, cluster.environment);
    const { gatewayPort, sshPort } = user.stack;
    await expect(connection.shown()).resolves.toContain(
      `Kalisi:          https://localhost:${gatewayPort}`,
    );
    const certificate = await stack.inside("cat", "/workspace/runtime/certs/fullchain.pem");
    const page = await ask(`https://127.0.0.1:${gatewayPort}/`, certificate);
    expect(page.status).toBe(200);
    await stack.kubectl("delete", "pod", "kalisi-0");
    await expect(connection.nextLine()).resolves.toContain("The connection was lost");
    await expect(connection.nextLine()).resolves.toBe("The addresses above answer again");
    await expect(ssh(sshPort, withKey(user.key), "id -un")).resolves.toBe("kalisi");
    await expect(connection.end()).resolves.toStrictEqual([130, null]);
  });

  step("what works on an Engine alone says so", async () => {
    for (const command of ["watch", "backup", "rollback", "export-compose"]) {
      const { code, output } = await stack.run(command);
      expect({ command, code }).toMatchObject({ code: 1 });
      expect(output).toContain("KALISI-KUBERNETES-UNSUPPORTED");
    }
    const adopting = await stack.run("start", "--adopt mine");
    expect(adopting.code).toBe(2);
  });

  step("a key goes without a restart", async () => {
    const before = await stack.pod();
    const other = makeKeyPair(join(stack.user.clone.path, "..", "keys"), "other");
    const { code, output } = await stack.run("start", `--keys-from ${other}.pub`);
    expect({ code, output }).toMatchObject({ code: 0 });
    expect(output).toContain("the pod has exactly these keys");
    const list = await stack.inside("cat", "/etc/kalisi/keys/kalisi");
    expect(list.trim().split("\n")).toHaveLength(1);
    expect(list).toContain("other");
    const after = await stack.pod();
    expect(after.metadata.uid).toBe(before.metadata.uid);
    expect(after.status.containerStatuses?.[0]?.restartCount).toBe(0);
  });

  step("a service that is broken ends nothing", async () => {
    const before = await stack.pod();
    await stack.inside("s6-svc", "-d", "/run/service/neo4j-ui");
    await stack.kubectl("wait", "--for=condition=Ready=False", "pod/kalisi-0", "--timeout=120s");
    await expect(stack.run("status")).resolves.toMatchObject({ code: 1 });
    await stack.inside("s6-svc", "-u", "/run/service/neo4j-ui");
    await stack.kubectl("wait", "--for=condition=Ready", "pod/kalisi-0", "--timeout=120s");
    const { metadata, status } = await stack.pod();
    expect(metadata.uid).toBe(before.metadata.uid);
    expect(status.containerStatuses?.[0]?.restartCount).toBe(0);
  });

  step("an edit of .env makes the pod anew, with the data", async () => {
    const [before, former] = [await stack.pod(), await stack.parts("secret")];
    appendFileSync(join(stack.user.clone.path, "examples/source/.env"), "\nKALISI_EDITED=yes\n");
    await stack.start();
    await expect(stack.inside("cat", "/workspace/runtime/.env")).resolves.toContain("EDITED=yes");
    const now = await stack.parts("secret");
    expect(now).toHaveLength(1);
    expect(now).not.toStrictEqual(former);
    expect((await stack.pod()).metadata.uid).not.toBe(before.metadata.uid);
    await expect(stack.cypher("MATCH (n:Kept) RETURN n.value")).resolves.toContain('"row":[1]');
  });

  step("an image that is nowhere is told in the cluster's words, and can be mended", async () => {
    await stack.user.set({ "kalisi:image.pull": image.replace(/[0-9a-f]{64}$/, "0".repeat(64)) });
    const refused = await stack.refusal();
    expect(refused).toContain("KALISI-KUBERNETES-HINDERED");
    expect(refused).toContain("ImagePullBackOff");
    await stack.user.set({ "kalisi:image.pull": image });
    await stack.start();
  });

  step(
    "a node that is lost and comes back has the pod again, with what was committed",
    async () => {
      const { nodeName = "" } = (await stack.pod()).spec;
      await stack.cypher("CREATE (:Kept {value: 2})");
      const node = cluster.nodes.find(({ name }) => name === nodeName);
      if (node === undefined) throw new Error(`there is no node ${nodeName}`);
      await node.end();
      await untilSaid(60, /is lost\. If it comes back, so does kalisi-0/, async () => {
        return (await stack.run("status")).output;
      });
      await cluster.startNode(node);
      await stack.kubectl("wait", "--for=condition=Ready", "pod/kalisi-0", "--timeout=180s");
      const rows = await stack.cypher("MATCH (n:Kept) RETURN n.value ORDER BY n.value");
      expect(rows.match(/"row":\[\d\]/g)).toStrictEqual(['"row":[1]', '"row":[2]']);
    },
  );

  step("a stop ends the pod and keeps the claim, and a start has the data again", async () => {
    const { code, output } = await stack.run("stop");
    expect({ code, output }).toMatchObject({ code: 0 });
    await expect(stack.parts("pod,statefulset,secret,pvc")).resolves.toStrictEqual([
      "persistentvolumeclaim/kalisi-data",
    ]);
    await stack.start();
    await expect(stack.cypher("MATCH (n:Kept) RETURN count(n)")).resolves.toContain('"row":[2]');
  });

  step("wipe leaves nothing in the cluster but the class's own volume", async () => {
    const { name } = stack.user.stack;
    const { code, output } = await stack.run("wipe", `--confirm ${name}`);
    expect({ code, output }).toMatchObject({ code: 0 });
    expect(output).toContain("is kept by the cluster (Retain)");
    await expect(cluster.kubectl("get", "namespaces")).resolves.not.toContain(stack.namespace);
  });
});
