import { readFileSync } from "node:fs";
import { join } from "node:path";
import { memory } from "../../config/settings/units";
import { root } from "../support/image/declared";
import { inImage } from "../support/image/in-image";
import { ownContainers } from "../support/image/own-containers";

jest.setTimeout(300_000);

const start = ownContainers();
const folder = join(root, "config", "neo4j");
const settingsFolder = join(root, "config", "files", "neo4j");

test("known-settings.txt is what the image's server declares", async () => {
  const program = readFileSync(join(settingsFolder, "KnownSettings.java"), "utf8");
  const declared = await inImage(
    process.env["KALISI_TEST_IMAGE_ID"] ?? "",
    ...[
      "sh",
      "-c",
      'printf %s "$1" >/tmp/KnownSettings.java && java -cp "$2" /tmp/KnownSettings.java',
    ],
    ...["-", program, "/opt/neo4j/lib/*"],
  );
  expect(`${declared}\n`).toBe(readFileSync(join(settingsFolder, "known-settings.txt"), "utf8"));
});

test("the stack's shares of the memory override neo4j.conf and what follows from the limit", async () => {
  const conf = readFileSync(join(folder, "neo4j.conf"), "utf8");
  const kalisi = await start({
    autoStart: false,
    neo4jConf: `${conf}
server.memory.heap.initial_size=100m
 server.memory.heap.max_size = 900m
server.memory.pagecache.size=100m`,
    options: {
      environment: { KALISI_NEO4J_HEAP: "600m", KALISI_NEO4J_PAGE_CACHE: "200m" },
      redis: { memory: memory("300m") },
      resources: { memory: memory("2g") },
    },
  });
  await kalisi.untilPrepared();
  await kalisi.ask("s6-svc", "-wU", "-T", "10000", "-u", "/run/service/redis");
  await kalisi.ask("s6-svc", "-wU", "-T", "200000", "-u", "/run/service/neo4j");
  expect(await kalisi.ask("ps", "-C", "java", "-o", "args=")).toContain("-Xms307200k -Xmx614400k");
  expect(await kalisi.ask("cat", "/data/neo4j/logs/debug.log")).toMatch(
    /server\.memory\.pagecache\.size=200\.00MiB/,
  );
  expect(await kalisi.ask("redis-cli", "CONFIG", "GET", "maxmemory")).toBe(
    `maxmemory\n${300 * 1024 * 1024}`,
  );
});

test("the guide's neo4j.conf of two lines is enough, and everything is written to the volume", async () => {
  const kalisi = await start({
    autoStart: false,
    neo4jConf: [
      "server.directories.data=/data/neo4j/data",
      "server.directories.import=/data/neo4j/import",
    ].join("\n"),
  });
  await kalisi.untilPrepared();
  await kalisi.ask("s6-svc", "-wU", "-T", "200000", "-u", "/run/service/neo4j");
  expect(await kalisi.ask("ls", "/data/neo4j/logs", "/data/neo4j/plugins")).toMatch(
    /debug\.log[^]*apoc-core/,
  );
  expect(await kalisi.ask("ps", "-C", "java", "-o", "args=")).toContain("/data/neo4j/plugins/");
});
