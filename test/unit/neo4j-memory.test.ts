import { checkNeo4jConf } from "../../config/files/neo4j/conf";
import { memoryPlan, type MemoryPlan } from "../../config/files/neo4j/memory";
import { parseByteSize } from "../../config/files/neo4j/setting";
import { stackConfigSchema } from "../../config/settings/schema";
import { memory } from "../../config/settings/units";

const path = "neo4j.conf";

test.each([
  ["1G", 1024 ** 3],
  ["1 GiB", 1024 ** 3],
  ["0.5g", 1024 ** 3 / 2],
  [".5g", 1024 ** 3 / 2],
  ["512mb", 512 * 1024 ** 2],
  ["4K", 4096],
  ["100", 100],
  ["7B", 7],
  ["1TB", 1024 ** 4],
  ["1T", undefined],
  ["1Mb", undefined],
  ["1kiB", undefined],
  ["1b", undefined],
  ["-1", undefined],
  ["1 024m", undefined],
  ["", undefined],
])("Neo4j reads the size %j as %p bytes", (text, bytes) => {
  expect(parseByteSize(text)).toBe(bytes);
});

const share = (size: string, setting: string) => ({ size: memory(size), setting });

test("the stack's configuration is named by its keys", () => {
  const config = stackConfigSchema.parse({
    neo4j: { heap: "1g", pageCache: "2g" },
    redis: { memory: "3g" },
  });
  expect(memoryPlan(config, (...at) => at.join("."))).toStrictEqual({
    limit: undefined,
    heap: share("1g", "neo4j.heap"),
    pageCache: share("2g", "neo4j.pageCache"),
    redis: share("3g", "redis.memory"),
  });
});

describe("memory", () => {
  const limit = share("2g", "kalisi:resources.memory");
  const check = (plan: MemoryPlan, ...lines: readonly string[]) =>
    checkNeo4jConf(lines.join("\n"), path, plan);
  const max = "server.memory.heap.max_size";
  const cache = "server.memory.pagecache.size";

  test.each<readonly [string, MemoryPlan, readonly string[]]>([
    ["no limit", {}, [`${max}=900g`]],
    ["all of it", { limit }, [`${max}=1g`, `${cache}=1g`]],
    ["the defaults beside one", { limit }, [`${max}=1792m`]],
    ["a typed heap over the file's", { limit, heap: share("1g", "h") }, [`${max}=8g`]],
    [
      "a typed heap over the file's initial one",
      { heap: share("1g", "h") },
      [`${max.replace("max", "initial")}=8g`],
    ],
    [
      "an initial heap as large as the maximum",
      {},
      [`${max}=1g`, `${max.replace("max", "initial")}=1g`],
    ],
  ])("%s fits", (_, plan, lines) => {
    expect(check(plan, ...lines)).toStrictEqual([]);
  });

  test("heap and page cache of the file beyond the container's limit are told by line", () => {
    expect(check({ limit }, "#", `${max}=1.5g`, `${cache}=1g`)).toStrictEqual([
      {
        code: "KALISI-NEO4J-MEMORY",
        setting: "neo4j.conf, line 2",
        value: "1536m",
        problem:
          "is too much: Neo4j's heap 1536m (neo4j.conf, line 2), its page cache 1024m (neo4j.conf, line 3) make 2560m, and the container may use 2048m",
        fix: "lower it, or pulumi config set --path 'kalisi:resources.memory' 4g",
      },
    ]);
  });

  test("what the stack's configuration says counts in the place of the file's", () => {
    const plan = {
      limit,
      heap: share("1g", "kalisi:neo4j.heap"),
      redis: share("1g", "kalisi:redis.memory"),
    };
    expect(check(plan, `${max}=1m`, `${cache}=1m`)).toMatchObject([
      {
        setting: "kalisi:neo4j.heap",
        value: "1024m",
        problem: expect.stringContaining("Redis 1024m (kalisi:redis.memory) make 2049m") as string,
      },
    ]);
  });

  test("Redis alone can be too much", () => {
    expect(check({ limit, redis: share("2g", "kalisi:redis.memory") })).toMatchObject([
      { setting: "kalisi:redis.memory", value: "2048m" },
    ]);
  });

  test("the default of one counts beside the other", () => {
    expect(check({ limit }, `${max}=1793m`)).toMatchObject([
      { problem: expect.stringContaining("its page cache 256m (by default) make 2049m") as string },
    ]);
  });

  test("an initial heap beyond the maximum is told, also where that is a default", () => {
    const initial = "server.memory.heap.initial_size=1g";
    expect(check({}, initial, `${max}=512m`)).toMatchObject([
      {
        setting: "neo4j.conf, line 1",
        problem: "is more than the heap may become: 512m (neo4j.conf, line 2)",
      },
    ]);
    expect(check({ limit }, initial)).toMatchObject([
      { problem: "is more than the heap may become: 512m (by default)" },
    ]);
  });
});
