import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ContainerCreateOptions } from "dockerode";
import { parse } from "dotenv";
import { makeKeyPair } from "../support/e2e/clone";
import { accepts } from "../support/e2e/probe";
import { Claim } from "../support/image/claim";
import type { TestContainer } from "../support/image/container";
import { Database } from "../support/image/database";
import { exampleSettings } from "../support/image/declared";
import { ownContainers } from "../support/image/own-containers";
import { folders, Pod } from "../support/image/pod";
import { story } from "../support/story";
import { Neighbour } from "../support/security/neighbour";

// The image as a pod of Kubernetes would run it, on an Engine.
jest.setTimeout(300_000);

const step = story(300_000);
const start = ownContainers();
const settings = exampleSettings();
const password = parse(settings)["NEO4J_PASSWORD"] ?? "";
const keys = mkdtempSync(join(tmpdir(), "kalisi-pod-keys-"));
const key = makeKeyPair(keys, "mine");
const network = { proxies: { HTTPS_PROXY: "http://proxy:3128" } };
const ports = [22, 3000, 6379, 7474, 7687, 8081, 8443];

let claim: Claim;
let pod: Pod;
let kalisi: TestContainer;

const asInImage = [
  "/workspace root:kalisi 1775",
  "/workspace/runtime root:kalisi 1775",
  "/data/neo4j root:root 755",
  "/data/redis redis:redis 750",
  "/home/kalisi kalisi:kalisi 700",
];

/** Whose the folders of {@link asInImage} are in a container, and their modes. */
async function foldersOf(container: TestContainer): Promise<readonly string[]> {
  const names = asInImage.map((line) => line.split(" ")[0] ?? "");
  return (await container.ask("stat", "-c", "%n %U:%G %a", ...names)).split("\n");
}

/** Has a container see what is declared with it. */
const configure = (options: ContainerCreateOptions) => {
  pod.configure(options, "keys", "/etc/kalisi/keys");
  pod.configure(options, "network/..data/json", "/etc/kalisi/build-network.json");
};

/** The files of a Secret have mode 0644 unless the pod asks for another. */
const startPod = (mode: 0o400 | 0o444) =>
  start({
    options: { environment: { KALISI_LISTEN: "127.0.0.1" } },
    adjust: (options) => {
      pod.adjust(options, settings, mode);
      configure(options);
    },
  });

beforeAll(async () => {
  claim = await Claim.make(`kalisi-image-${process.pid}-claim`);
  pod = new Pod(claim);
  await pod.prepare("0777");
  await claim.publish("keys", { kalisi: readFileSync(`${key}.pub`, "utf8") });
  await claim.publish("network", { json: JSON.stringify(network) });
});

afterAll(async () => {
  await claim.remove();
  pod.remove();
  rmSync(keys, { recursive: true });
});

step("it starts on empty folders that everybody may write to", async () => {
  kalisi = await startPod(0o400);
  await kalisi.untilHealthy();
  expect(await kalisi.ask("hostname")).toBe("kalisi-0");
});

step("each folder is then as the image has it", async () => {
  expect(await foldersOf(kalisi)).toStrictEqual(asInImage);
  const files = (await kalisi.sh("ls -A ~")).split("\n");
  expect(files).toEqual(expect.arrayContaining([".bash_logout", ".bashrc", ".profile"]));
  const read = await kalisi.runAs("kalisi", "cat", "/workspace/runtime/.env");
  expect(read).toMatchObject({ code: 1, stdout: "" });
});

step("nothing listens beyond the loopback, where all answer", async () => {
  const lines = (await kalisi.ask("netstat", "-ltn")).split("\n").slice(2);
  const addresses = lines.map((line) => line.split(/\s+/)[3] ?? "");
  expect(addresses.filter((address) => !/^(127\.|::1:|::ffff:127\.)/.test(address))).toEqual([]);
  for (const port of ports) {
    expect(addresses.some((address) => address.endsWith(`:${port}`))).toBe(true);
  }
});

step("neither this machine nor another container reaches it", async () => {
  const { Image, NetworkSettings } = await kalisi.inspect();
  const address = NetworkSettings.Networks["bridge"]?.IPAddress ?? "";
  expect(address).not.toBe("");
  const answers = await Promise.all(ports.map((port) => accepts(address, port)));
  expect(ports.filter((_, at) => answers[at])).toStrictEqual([]);
  const neighbour = await Neighbour.start(Image, "bridge");
  try {
    expect(await neighbour.reaches(address, ports)).toStrictEqual([]);
  } finally {
    await neighbour.remove();
  }
});

step("who comes by its loopback, as a forwarded port does, logs in and sees the page", async () => {
  const secret = readFileSync(key, "utf8");
  await kalisi.ask("sh", "-c", 'umask 077; printf %s "$1" > /run/key', "-", secret);
  const options = ["-i", "/run/key", "-o", "StrictHostKeyChecking=no", "-o", "BatchMode=yes"];
  expect(await kalisi.ask("ssh", ...options, "kalisi@127.0.0.1", "id -un")).toMatch(/kalisi$/);
  const page = await kalisi.ask("curl", "-sk", "https://127.0.0.1:8443/");
  expect(page).toContain("<html");
});

step("no process may dump its memory, nor may the image's commands from outside", async () => {
  const pids = ["1", ...Object.values(await kalisi.pids())];
  const files = pids.map((pid) => `/proc/${pid}/limits`);
  const limits = (await kalisi.ask("grep", "-h", "^Max core", ...files)).split("\n");
  expect(limits).toHaveLength(pids.length);
  for (const line of limits) expect(line).toMatch(/^Max core file size\s+0\s+0\s/);
  expect(await kalisi.ask("as-kalisi", "bash", "-c", "ulimit -Sc; ulimit -Hc")).toBe("0\n0");
});

step("builds have the network that is declared with it", async () => {
  const variables = await kalisi.ask("cat", "/etc/kalisi/build-network/variables.sh");
  expect(variables).toContain("export HTTPS_PROXY='http://proxy:3128'");
});

step("another one on the same folders has the data", async () => {
  const database = new Database(kalisi);
  await database.query(password, "CREATE (:Kept {name: 'graph'})");
  await kalisi.ask("redis-cli", "SET", "kept", "users");
  await kalisi.sh("echo edit > /workspace/kept; echo mine > ~/kept");
  const hostKey = await kalisi.ask("cat", "/home/kalisi/.ssh-host-keys/ssh_host_ed25519_key.pub");
  await kalisi.stop();
  expect((await kalisi.inspect()).State.ExitCode).toBe(0);
  await kalisi.remove();

  kalisi = await startPod(0o444);
  await kalisi.untilHealthy();
  expect(await kalisi.ask("redis-cli", "GET", "kept")).toBe("users");
  const found = await new Database(kalisi).query(password, "MATCH (k:Kept) RETURN k.name");
  expect(found).toContain('"graph"');
  expect(await kalisi.sh("cat /workspace/kept ~/kept")).toBe("edit\nmine");
  expect(await kalisi.ask("cat", "/home/kalisi/.ssh-host-keys/ssh_host_ed25519_key.pub")).toBe(
    hostKey,
  );
  expect(await kalisi.sh("cat /workspace/runtime/.env")).toBe(settings.trim());
});

test("folders that root alone may write to become the same", async () => {
  const other = await Claim.make(`kalisi-image-${process.pid}-other`);
  const like = new Pod(other);
  try {
    await like.prepare("0755");
    const prepared = await start({
      autoStart: false,
      adjust: (options) => {
        other.mount(options, folders);
      },
    });
    await prepared.untilPrepared();
    expect(await foldersOf(prepared)).toStrictEqual(asInImage);
    await prepared.remove();
  } finally {
    like.remove();
    await other.remove();
  }
});

test("a setting of where to listen that is not known ends the start", async () => {
  const environment = { KALISI_LISTEN: "localhost" };
  const refused = await start({ autoStart: false, options: { environment } });
  const said = refused.untilLogged(
    /^kalisi-init: KALISI_LISTEN is localhost: it can be 127\.0\.0\.1, or be left out/m,
  );
  await expect(said).resolves.toBeUndefined();
});

test("so does a network for builds that cannot be read", async () => {
  await claim.publish("network", { json: "{" });
  const refused = await start({ autoStart: false, adjust: configure });
  const said = refused.untilLogged(
    /^prepare: \/etc\/kalisi\/build-network\.json is refused: SyntaxError: /m,
  );
  await expect(said).resolves.toBeUndefined();
});
