import { readFileSync } from "node:fs";
import { join } from "node:path";
import { checkNeo4jConf, parseNeo4jConf } from "../../config/files/neo4j/conf";
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
  expect(checkNeo4jConf(conf, path, { limit: { size: memory("1g"), setting: "l" } })).toStrictEqual(
    [],
  );
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
