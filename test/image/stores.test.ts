import { readFileSync } from "node:fs";
import { join } from "node:path";
import { memory } from "../../config/settings/units";
import { TestContainer } from "../support/image/container";
import { root } from "../support/image/declared";
import { eventually } from "../support/eventually";
import { story } from "../support/story";

jest.setTimeout(300_000);

const step = story(300_000);

let kalisi: TestContainer;

beforeAll(async () => {
  const conf = readFileSync(join(root, "config/neo4j/neo4j.conf"), "utf8");
  kalisi = await TestContainer.start({
    autoStart: false,
    neo4jConf: `${conf}server.memory.pagecache.size=100m`,
    options: { resources: { memory: memory("2g") } },
  });
  await kalisi.untilPrepared();
});

afterAll(() => kalisi.remove());

/** Starts Redis and waits for what it comes to. */
const startRedis = () => kalisi.run("s6-svc", "-uwU", "-T", "10000", "/run/service/redis");
const stopRedis = () => kalisi.ask("s6-svc", "-dwD", "-T", "10000", "/run/service/redis");

describe("Redis", () => {
  step("does not start over a damaged dump, and says what to do", async () => {
    await kalisi.runAs("redis", "sh", "-c", "echo REDIS0011 > /data/redis/dump.rdb");
    expect((await startRedis()).code).not.toBe(0);
    await kalisi.untilReported(
      /^redis: down: \/data\/redis\/dump\.rdb is damaged, and there is no append-only file: put/m,
    );
    expect(await kalisi.ask("cat", "/data/redis/dump.rdb")).toBe("REDIS0011");
    await stopRedis();
  });

  step("starts from a restored dump, and keeps what is written then", async () => {
    // A dump as any other Redis makes it.
    await kalisi.ask(
      ...["sh", "-c", "redis-server --port 0 --unixsocket /tmp/s --dir /tmp --daemonize yes"],
    );
    await kalisi.ask("sh", "-c", "until redis-cli -s /tmp/s SET old kept; do sleep 0.1; done");
    await kalisi.ask("redis-cli", "-s", "/tmp/s", "SHUTDOWN", "SAVE");
    await kalisi.ask("sh", "-c", "cp /tmp/dump.rdb /data/redis/ && chown redis: /data/redis/*");
    expect(await startRedis()).toMatchObject({ code: 0 });
    expect(await kalisi.ask("redis-cli", "GET", "old")).toBe("kept");
    await kalisi.ask("redis-cli", "SET", "new", "kept");
    await stopRedis();
    // The next start goes by the append-only file: an old dump is no news to it.
    await kalisi.ask("cp", "/tmp/dump.rdb", "/data/redis/dump.rdb");
    expect(await startRedis()).toMatchObject({ code: 0 });
    expect(await kalisi.ask("redis-cli", "MGET", "old", "new")).toBe("kept\nkept");
  });

  step("names a file that a newer Redis has made, and leaves it as it is", async () => {
    await stopRedis();
    await kalisi.ask("sh", "-c", "cd /data/redis; mv appendonlydir /tmp/; cp dump.rdb /tmp/good");
    await kalisi.ask("sh", "-c", "cd /data/redis; echo REDIS0099 > dump.rdb");
    expect((await startRedis()).code).not.toBe(0);
    await kalisi.untilReported(
      /^redis: down: \/data\/redis\/dump\.rdb has format 99, of a newer Redis than this one \(/m,
    );
    expect(await kalisi.ask("cat", "/data/redis/dump.rdb")).toBe("REDIS0099");
    await stopRedis();
    await kalisi.ask("sh", "-c", "cd /data/redis; mv /tmp/appendonlydir .; mv /tmp/good dump.rdb");
  });

  step("names an append-only file that is damaged in its middle, and what mends it", async () => {
    const file = "$(ls appendonlydir/*.incr.aof)";
    const cut = `printf XXXX | dd of=${file} bs=1 seek=30 conv=notrunc`;
    await kalisi.ask("sh", "-c", `cd /data/redis; cp ${file} /tmp/whole; ${cut}`);
    const damaged = await kalisi.ask("sh", "-c", `cd /data/redis; sha256sum ${file}`);
    expect((await startRedis()).code).not.toBe(0);
    await kalisi.untilReported(
      /^redis: down: \/data\/redis\/appendonlydir\/\S+ is damaged after byte \d+ of \d+: .*redis-check-aof --fix/m,
    );
    expect(await kalisi.ask("sh", "-c", `cd /data/redis; sha256sum ${file}`)).toBe(damaged);
    await stopRedis();
    await kalisi.ask("sh", "-c", `cd /data/redis; cp /tmp/whole ${file}`);
    expect(await startRedis()).toMatchObject({ code: 0 });
    expect(await kalisi.ask("redis-cli", "MGET", "old", "new")).toBe("kept\nkept");
  });

  step("is unhealthy as long as it cannot write to its volume", async () => {
    await kalisi.ask("sh", "-c", "chown root: /data/redis && chmod 0555 /data/redis");
    await kalisi.ask("redis-cli", "BGSAVE");
    await kalisi.untilReported(/^redis: PING answered: -MISCONF .* unable to persist to disk/m);
    await kalisi.ask("sh", "-c", "chmod 0755 /data/redis && chown redis: /data/redis");
    await kalisi.ask("redis-cli", "BGSAVE");
    await eventually(30, async () => {
      const { stdout } = await kalisi.run("kalisi-health");
      return /^redis: /m.exec(stdout)?.[0];
    });
    expect(await kalisi.ask("redis-cli", "SET", "again", "kept")).toBe("OK");
  });

  for (const [setting, value] of [
    ["dir", "/data/redis"],
    ["bind", "127.0.0.1"],
    ["protected-mode", "yes"],
    ["appendonly", "yes"],
    ["appendfsync", "always"],
    // A quarter of the container's memory; what is there is never evicted for it.
    ["maxmemory", String(512 * 1024 * 1024)],
    ["maxmemory-policy", "noeviction"],
  ] as const) {
    step(`runs with ${setting} ${value}`, async () => {
      expect(await kalisi.ask("redis-cli", "CONFIG", "GET", setting)).toBe(`${setting}\n${value}`);
    });
  }
});

describe("Neo4j", () => {
  const record = "/data/neo4j/.kalisi/written-by";

  step("opens nothing that a newer one has written last, and says so", async () => {
    await kalisi.ask("sh", "-c", `echo 9999.1.0 > ${record}`);
    await kalisi.ask("s6-svc", "-u", "/run/service/neo4j");
    await kalisi.untilReported(
      /^neo4j: down: \/data\/neo4j was last written by Neo4j 9999\.1\.0, newer than this one \(\d+\.\S+\): use/m,
    );
    expect(await kalisi.ask("cat", record)).toBe("9999.1.0");
    expect(await kalisi.ask("ls", "/data/neo4j/data")).toBe("");
    await kalisi.ask("s6-svc", "-dwD", "-T", "10000", "/run/service/neo4j");
  });

  step(
    "records that it writes, over what an older one has recorded, or what is no version",
    async () => {
      await kalisi.ask("sh", "-c", `echo 5. > ${record}`);
      await kalisi.ask("s6-svc", "-u", "/run/service/neo4j");
      await kalisi.untilLogged(/^neo4j: .*Started\.$/m);
      expect(await kalisi.ask("cat", record)).toMatch(/^\d+\.\d+\.\d+$/);
    },
  );

  step(
    "has a quarter of the container's memory for its heap, and a line in neo4j.conf wins",
    async () => {
      expect(await kalisi.ask("ps", "-C", "java", "-o", "args=")).toContain(
        "-Xms262144k -Xmx524288k",
      );
      expect(await kalisi.ask("cat", "/data/neo4j/logs/debug.log")).toMatch(
        /server\.memory\.pagecache\.size=100\.00MiB/,
      );
    },
  );
});
