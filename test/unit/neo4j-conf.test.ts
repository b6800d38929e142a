import { readFileSync } from "node:fs";
import { join } from "node:path";
import { checkNeo4jConf, parseNeo4jConf } from "../../config/files/neo4j/conf";
import { memoryPlan, type MemoryPlan } from "../../config/files/neo4j/memory";
import { parseByteSize } from "../../config/files/neo4j/setting";
import { stackConfigSchema } from "../../config/settings/schema";
import { memory } from "../../config/settings/units";

const path = "neo4j.conf";

/** The one problem of a file with the given lines. */
function problemOf(...lines: readonly string[]) {
  const problems = checkNeo4jConf(lines.join("\n"), path);
  expect(problems).toHaveLength(1);
  return problems[0];
}

test("ours has no problem", () => {
  const conf = readFileSync(join(__dirname, "..", "..", "config", "neo4j", "neo4j.conf"), "utf8");
  expect(checkNeo4jConf(conf, path, { limit: share("1g", "l") })).toStrictEqual([]);
});

test("a file is taken apart as Neo4j does it", () => {
  const lines = [
    "# comment=1",
    "! comment",
    "  server.memory.heap.max_size = 1g  ",
    "server.jvm.additional=-Da=b=c",
    "",
    "server.jvm.additional=-Dc=d # no comment",
  ];
  const { conf, problems } = parseNeo4jConf(lines.join("\r\n"), path);
  expect(problems).toStrictEqual([]);
  expect([...conf.settings.values()]).toStrictEqual([
    { key: "server.memory.heap.max_size", value: "1g", place: "neo4j.conf, line 3" },
  ]);
  expect(conf.jvmOptions).toStrictEqual([
    { key: "server.jvm.additional", value: "-Da=b=c", place: "neo4j.conf, line 4" },
    { key: "server.jvm.additional", value: "-Dc=d # no comment", place: "neo4j.conf, line 6" },
  ]);
});

test.each([
  "nonsense",
  "=1",
  "server.memory.pagecache.size: 512m",
  "server.memory.pagecache.size 512m",
  "server.jvm.additional=-Da=b\\",
  "\u{feff}# a byte order mark before the first comment",
])("%j is no line of key=value", (line) => {
  expect(problemOf("", line)).toMatchObject({
    setting: "neo4j.conf, line 2",
    value: line,
    problem: "expected key=value on one line",
  });
});

test("a key that is there twice is told with both lines, also with another value or spacing", () => {
  expect(
    problemOf("server.memory.pagecache.size=1g", "#", " server.memory.pagecache.size =1g"),
  ).toMatchObject({
    setting: "neo4j.conf, line 3",
    problem: "server.memory.pagecache.size is set on line 1 already",
    fix: "keep one of the two lines",
  });
});

test.each([
  ["server.memory.heap.max_siez", "did you mean server.memory.heap.max_size?"],
  ["SERVER.BOLT.ENABLED", "did you mean server.bolt.enabled?"],
  ["dbms.memory.heap.max_size", "did you mean server.memory.heap.max_size?"],
  ["dbms.connector.bolt.listen_address", "did you mean server.bolt.listen_address?"],
  ["dbms.directories.data", "did you mean server.directories.data?"],
  ["dbms.jvm.additional", "did you mean server.jvm.additional?"],
  ["wrapper.java.x", expect.stringMatching(/^remove the line, or see https:/)],
  ["apoc.export.file.enabled", expect.stringContaining("apoc.conf")],
  ["__proto__", expect.stringMatching(/^remove the line/)],
])("the unknown setting %s is refused with a suggestion", (key, fix: string) => {
  expect(problemOf(`${key}=1`)).toMatchObject({
    setting: "neo4j.conf, line 1",
    value: `${key}=1`,
    fix,
  });
});

test.each([
  "dbms.ssl.policy.bolt.enabled=true",
  "internal.dbms.block_alter_database=true",
  "server.config.strict_validation.enabled=false",
  "server.bolt.enabled=TRUE",
  "db.logs.query.enabled=info",
  "db.transaction.timeout=1h30m",
  "db.transaction.timeout=10",
  "server.threads.worker_count=+8",
  "server.bolt.listen_address=:7687",
  "server.bolt.listen_address=0.0.0.0",
  "server.http.listen_address=[::]:7474",
  "server.default_listen_address=0.0.0.0",
  "server.directories.import=/data/neo4j/import",
  "server.directories.import=/data/neo4j/my folder",
  "server.directories.lib=/opt/neo4j/lib",
])("%s is right", (line) => {
  expect(checkNeo4jConf(line, path)).toStrictEqual([]);
});

test.each([
  ["server.bolt.enabled=yes", /^expected true or false$/],
  ["server.bolt.enabled=", /^expected true or false$/],
  ["db.logs.query.enabled=true", /^expected one of OFF, INFO, VERBOSE$/],
  ["db.transaction.timeout=10 s", /^expected a duration such as 10s$/],
  ["db.transaction.timeout=-5s", /^expected a duration such as 10s$/],
  ["server.memory.heap.max_size=1t", /^expected a size such as 512m or 1g$/],
  ["server.memory.heap.max_size=$(echo 1g)", /^expected a size such as 512m or 1g$/],
  ["server.threads.worker_count=0x8", /^expected a whole number/],
  ["server.threads.worker_count=0", /^expected a whole number from 1 to 44738$/],
  ["server.jvm.additional=Xmx1g", /^expected an option of Java/],
  ["server.jvm.additional=-Da=b -Xmx1g", /^sets the heap behind Neo4j's back$/],
  ["server.directories.logs=/var/log/neo4j", /^is outside the volume \/data\/neo4j/],
  ["server.directories.data=data", /^is outside the volume/],
  ["server.directories.data=", /^is outside the volume/],
  ["server.directories.data=/data/neo4j/../x", /^is outside the volume/],
  ["server.directories.data=/data/neo4j2", /^is outside the volume/],
  ["server.directories.data=/data/neo4j/\\u002e\\u002e/x", /^is outside the volume/],
  ['server.directories.import="/data/neo4j/import"', /^is outside the volume/],
  ["server.bolt.enabled=false", /^closes the port 7687/],
  ["server.http.enabled=False", /^closes the port 7474/],
  ["server.bolt.listen_address=:17687", /^cannot be reached at 127\.0\.0\.1:7687/],
  ["server.bolt.listen_address=7687", /^cannot be reached at 127\.0\.0\.1:7687/],
  ["server.http.listen_address=10.0.0.1:7474", /^cannot be reached at 127\.0\.0\.1:7474/],
  ["server.default_listen_address=172.17.0.2", /^cannot be reached at 127\.0\.0\.1/],
  ["server.default_listen_address=0.0.0.0:7474", /^cannot be reached at 127\.0\.0\.1/],
  ["dbms.security.auth_enabled=false", /^lets everybody in/],
])("%s is refused: %s", (line, problem) => {
  expect(problemOf(line)).toMatchObject({
    setting: "neo4j.conf, line 1",
    value: line,
    problem: expect.stringMatching(problem) as string,
  });
});

test("all problems come at once, each with its line", () => {
  const conf = [
    "nonsense",
    "foo=1",
    "server.bolt.enabled=maybe",
    "foo=2",
    "server.directories.run=/",
  ];
  const lines = checkNeo4jConf(conf.join("\n"), path).map(({ setting }) => setting);
  expect(lines.sort()).toStrictEqual([1, 2, 3, 4, 5].map((line) => `neo4j.conf, line ${line}`));
});

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
