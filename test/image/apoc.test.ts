import { parse } from "dotenv";
import { TestContainer } from "../support/image/container";
import { Database } from "../support/image/database";
import { exampleSettings } from "../support/image/declared";
import { ownContainers } from "../support/image/own-containers";

jest.setTimeout(300_000);

let kalisi: TestContainer;
let database: Database;
let password: string;

beforeAll(async () => {
  const settings = exampleSettings();
  password = parse(settings)["NEO4J_PASSWORD"] ?? "";
  kalisi = await TestContainer.start({ settings });
  database = new Database(kalisi);
  await kalisi.untilHealthy();
});

const startOne = ownContainers();

afterAll(() => kalisi.remove());

/** Asks the running server over its HTTP endpoint; the first row. */
async function cypher(statement: string): Promise<readonly unknown[]> {
  const answer = JSON.parse(await database.query(password, statement)) as {
    readonly errors: readonly { readonly message: string }[];
    readonly results: readonly { readonly data: readonly { readonly row: readonly unknown[] }[] }[];
  };
  expect(answer.errors).toStrictEqual([]);
  return answer.results[0]?.data[0]?.row ?? [];
}

test("APOC is of the server's release", async () => {
  const release = (version: unknown) => String(version).split(".").slice(0, 2).join(".");
  const [apoc] = await cypher("RETURN apoc.version()");
  const [server] = await cypher("CALL dbms.components() YIELD versions RETURN versions[0]");
  expect(apoc).toMatch(/^\d+\.\d+\.\d+$/);
  expect(release(apoc)).toBe(release(server));
});

// Each needs a library of its own, which the server itself does not have.
test.each([
  ["json-path", `RETURN apoc.json.path('{"a":[{"b":7}]}', '$.a[0].b')`, 7],
  ["HdrHistogram", "UNWIND [1, 2, 3] AS n RETURN apoc.agg.percentiles(n, [0.5])[0]", 2],
  [
    "opencsv",
    "CALL apoc.export.csv.query('RETURN 1 AS one', null, {stream: true}) YIELD data RETURN data",
    '"one"\n"1"\n',
  ],
  [
    "RoaringBitmap",
    "CREATE (a:Apoc)-[:TO]->(:Apoc) WITH a CALL apoc.neighbors.athop.count(a, 'TO>', 1) YIELD value RETURN value",
    1,
  ],
])("APOC finds %s", async (_, statement, expected) => {
  expect(await cypher(statement)).toStrictEqual([expected]);
});

describe("a query reaches no address", () => {
  test.each([
    ["LOAD CSV", "LOAD CSV FROM 'http://127.0.0.1:7474/' AS line RETURN line"],
    ["LOAD CSV by IPv6", "LOAD CSV FROM 'http://[::1]:7474/' AS line RETURN line"],
    ["APOC", "CALL apoc.load.json('http://127.0.0.1:7474/') YIELD value RETURN value"],
  ])("by %s", async (_, statement) => {
    const answer = await database.query(password, statement);
    expect(answer).toMatch(/"errors":\[\{.*blocklist/s);
    expect(answer).not.toContain("bolt_routing");
  });

  test("and a file of the import folder is read", async () => {
    await kalisi.ask("sh", "-c", "echo read > /data/neo4j/import/one.csv");
    expect(await cypher("LOAD CSV FROM 'file:///one.csv' AS line RETURN line")).toStrictEqual([
      ["read"],
    ]);
  });
});

test("a query ends after ten minutes, whoever waits for it", async () => {
  const setting = "SHOW SETTINGS 'db.transaction.timeout' YIELD value RETURN value";
  expect(await cypher(setting)).toStrictEqual(["10m"]);
});

test("the server takes its classes from the image's archive", async () => {
  const { stdout } = await kalisi.runAs("neo4j", "cat", `/proc/${await kalisi.pid("neo4j")}/maps`);
  expect(stdout).toContain("/opt/neo4j/classes.jsa");
});

test("cypher-shell answers", async () => {
  const shell =
    "set -a; . /workspace/runtime/.env; cypher-shell --format plain 'RETURN 6 * 7 AS answer'";
  expect(await kalisi.run("bash", "-lc", shell)).toStrictEqual({
    code: 0,
    stdout: "answer\n42\n",
    stderr: "",
  });
});

describe("the links in the volume", () => {
  const plugins = "/data/neo4j/plugins";
  const links = () => kalisi.ask("find", plugins, "-type", "l", "-printf", "%f %l %u\n");
  const commandLine = () =>
    kalisi.ask(
      "bash",
      "-c",
      ". /usr/local/lib/kalisi/common.sh; . $LIB/neo4j/launch.sh; arguments=(java -cp '/data/neo4j/plugins/*:/opt/neo4j/lib/*'); use_archived_classes; echo \"${arguments[*]}\"",
    );
  const prepare = () =>
    kalisi.ask(
      "bash",
      "-c",
      ". /usr/local/lib/kalisi/common.sh; . $LIB/prepare/owner.sh; . $LIB/prepare/stores.sh; link_apoc /data/neo4j/plugins",
    );

  /** As a start leaves them. */
  afterEach(async () => {
    await kalisi.ask("find", plugins, "-mindepth", "1", "-delete");
    await prepare();
  });

  test("lead to the image's jars, and belong to the server's user", async () => {
    const lines = (await links()).split("\n");
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(line).toMatch(/^(\S+) \/opt\/neo4j\/plugins\/\1 neo4j$/);
    expect(await commandLine()).toMatch(
      /^java -XX:SharedArchiveFile=\S+ -cp \S+\.jar:\/data\/neo4j\/plugins\/\*$/,
    );
    expect(lines.some((line) => line.startsWith("apoc"))).toBe(true);
  });

  test("go when the image that they came from is gone", async () => {
    await kalisi.ask(
      "ln",
      "-s",
      "/opt/neo4j/plugins/apoc-0-core.jar",
      `${plugins}/apoc-0-core.jar`,
    );
    expect(await prepare()).toBe("");
    expect(await links()).not.toContain("apoc-0-core.jar");
    expect(await links()).toContain("apoc");
  });

  test("make room for a user's own APOC, which is left as it is", async () => {
    await kalisi.ask("sh", "-c", `echo mine > ${plugins}/apoc-mine.jar`);
    expect(await prepare()).toMatch(
      /^bash: APOC: apoc-mine\.jar in \S+ is used instead of the image's own$/,
    );
    expect(await links()).toBe("");
    expect(await kalisi.ask("cat", `${plugins}/apoc-mine.jar`)).toBe("mine");
    // And it comes before the server's own jars, as Neo4j has it.
    expect(await commandLine()).toBe("java -cp /data/neo4j/plugins/*:/opt/neo4j/lib/*");
  });

  test("take no file's place", async () => {
    await kalisi.ask(
      "sh",
      "-c",
      `cd ${plugins}; find . -type l -delete; for jar in /opt/neo4j/plugins/*; do echo mine > $(basename $jar | sed s/^apoc/x-apoc/); done`,
    );
    await prepare();
    expect(await kalisi.ask("sh", "-c", `cat $(find ${plugins} -type f) | sort -u`)).toBe("mine");
    expect(await links()).toMatch(/^apoc\S+ /);
  });
});

test("the server starts without APOC where that is switched off", async () => {
  const settings = exampleSettings();
  const without = await startOne({
    settings,
    autoStart: false,
    options: { environment: { KALISI_NEO4J_APOC: "false" } },
  });
  await without.untilPrepared();
  const itsDatabase = new Database(without);
  await itsDatabase.start();
  const answer = await itsDatabase.query(
    parse(settings)["NEO4J_PASSWORD"] ?? "",
    "SHOW PROCEDURES YIELD name RETURN sum(CASE WHEN name STARTS WITH 'apoc' THEN 1 ELSE 0 END), count(*) > 0",
  );
  expect(answer).toContain('"row":[0,true]');
});
