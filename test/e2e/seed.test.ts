import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { commandsOf } from "../support/e2e/commands";
import { Session } from "../support/e2e/session";
import { stackBeside } from "../support/e2e/stack";
import { eventually } from "../support/eventually";
import { story } from "../support/story";

const minutes = 60_000;
jest.setTimeout(4 * minutes);

const step = story(4 * minutes);

let user: Session;
const { run, runJson, said } = commandsOf(() => user);

beforeAll(async () => {
  user = new Session(await stackBeside("seed"));
  await user.prepare();
  await user.start();
}, 20 * minutes);

afterAll(() => user.end());

const path = (name: string) => join(user.clone.path, "seed", name);

/** A label and a type that would be statements of their own if they were put into one. */
const label = "A`) DETACH DELETE n //";
const type = "B`]->() DELETE n //";

/** As text: JavaScript has one kind of number. */
const graph = (last = "1") => `{
  "nodes": [
    { "GUID": "n-1", "labels": ["Node"], "neo4jId": 7, "properties":
      { "name": "one", "f": 1.0, "i": 9007199254740993, "yes": true, "no": null, "list": [1, 2], "texts": ["a", ""] } },
    { "GUID": "n-2", "labels": [${JSON.stringify(label)}] },
    { "GUID": "n-2", "labels": [${JSON.stringify(label)}], "neo4jId": 8 }
  ],
  "edges": [
    { "GUID": "e-1", "type": ${JSON.stringify(type)}, "fromGUID": "n-1", "toGUID": "n-2", "properties": { "weight": ${last} } }
  ]
}`;

/** The first row of an answer of Neo4j's. */
const row = async (statement: string) => {
  const answer = JSON.parse(await user.cypher(statement)) as {
    readonly results: readonly { readonly data: readonly { readonly row: unknown }[] }[];
  };
  return answer.results[0]?.data[0]?.row;
};

const counts = () => row("MATCH (n) OPTIONAL MATCH (n)-[r]->() RETURN count(DISTINCT n), count(r)");

step("a graph is loaded, with its types, labels and former ids", async () => {
  writeFileSync(path("graph.json"), graph());
  expect(await runJson("seed", "seed/graph.json")).toStrictEqual({
    code: 0,
    result: {
      stack: user.stack.name,
      file: path("graph.json"),
      nodes: { created: 2, there: 0 },
      relationships: { created: 1, there: 0 },
      counts: { nodes: 2, relationships: 1 },
    },
  });
  expect(await said()).toContain("Nodes: 2 created, 0 there already (the file repeats 1)");
  expect(
    await row(
      "MATCH (n {GUID: 'n-1'}) RETURN labels(n), n.name, valueType(n.f), toString(n.i), n.yes, n.list, n.texts, size(keys(n)), n.legacyNeo4jId",
    ),
  ).toStrictEqual([
    ["Node", "Imported"],
    ...["one", "FLOAT NOT NULL", "9007199254740993", true, [1, 2], ["a", ""], 8, 7],
  ]);
  expect(
    await row(
      "MATCH (n)-[r]->(m) RETURN m:Imported, [l IN labels(m) WHERE l <> 'Imported'], m.legacyNeo4jId, type(r), properties(r)",
    ),
  ).toStrictEqual([
    ...[true, [label], 8, type],
    { GUID: "e-1", fromGUID: "n-1", toGUID: "n-2", weight: 1 },
  ]);
});

step("loaded again, it changes nothing, not even what was edited meanwhile", async () => {
  await user.cypher("MATCH (n {GUID: 'n-1'}) SET n.name = 'mine'");
  expect(await runJson("seed", "seed/graph.json")).toMatchObject({
    code: 0,
    result: {
      nodes: { created: 0, there: 2 },
      relationships: { created: 0, there: 1 },
      counts: { nodes: 2, relationships: 1 },
    },
  });
  expect(await row("MATCH (n {GUID: 'n-1'}) RETURN n.name")).toStrictEqual(["mine"]);
});

step("the password is in no process' arguments meanwhile", async () => {
  const watch = `while [ ! -e /tmp/watched ]; do cat /proc/[0-9]*/cmdline 2>/dev/null; done | tr '\\0' '\\n' | sort -u; rm /tmp/watched`;
  const watching = user.inside("bash", "-c", watch);
  expect((await run("seed", "seed/graph.json")).code).toBe(0);
  await user.inside("touch", "/tmp/watched");
  const seen = await watching;
  expect(seen).toContain("/usr/local/lib/kalisi/seed/add.mjs");
  expect(seen.includes(user.secrets().NEO4J_PASSWORD)).toBe(false);
});

step("of what Neo4j refuses nothing is left, nor of what was cut short on its way", async () => {
  // Larger than the largest number; the nodes were created before it is reached.
  writeFileSync(path("large.json"), graph("9223372036854775808").replaceAll(/[ne]-\d/g, "$&x"));
  const { code, result } = await runJson("seed", "seed/large.json");
  expect(code).toBe(1);
  expect(result).toMatchObject({ code: "KALISI-SEED-NOT-LOADED" });
  const cut = `printf '{"nodes": [' | /usr/local/lib/kalisi/seed/add 2>&1 || true`;
  expect(await user.inside("bash", "-c", cut)).toContain("cut short");
  expect(await counts()).toStrictEqual([2, 1]);
});

step("a dump is refused for a graph with nodes, until the stack is named", async () => {
  const { result } = await runJson("backup");
  await user.sh(`tar -xOf '${String(result["file"])}' neo4j.dump > seed/neo4j.dump`);
  await user.cypher("CREATE (:Later)");
  expect(await run("seed", "seed/neo4j.dump")).toMatchObject({
    code: 2,
    output: expect.stringContaining("3 nodes and 1 relationships") as string,
  });
  expect((await run("seed", "seed/neo4j.dump", "--confirm", "dev")).code).toBe(1);
  expect(await counts()).toStrictEqual([3, 1]);
});

step(
  "a dump that is damaged, of a newer Neo4j, or too large is refused before anything changes",
  async () => {
    const script = readFileSync(join(__dirname, "../support/e2e/dumps.py"), "utf8");
    await user.ssh(`cat > /tmp/dumps.py <<'END'\n${script}\nEND`);
    for (const [kind, code] of [
      ["damaged", "KALISI-SEED-NOT-LOADED"],
      ["newer", "KALISI-SEED-NOT-LOADED"],
      ["large", "KALISI-BACKUP-SPACE"],
      ["cut", "KALISI-SEED-NOT-LOADED"],
    ] as const) {
      const shell = `npm run --silent shell -- --stack ${user.stack.name} python3 /tmp/dumps.py ${kind}`;
      const make = kind === "cut" ? "head -c 9000" : shell;
      await user.sh(`${make} < seed/neo4j.dump > seed/${kind}.dump`);
      const answer = await runJson("seed", `seed/${kind}.dump`, "--confirm", user.stack.name);
      expect({ kind, ...answer }).toMatchObject({ kind, code: 1, result: { code } });
    }
    expect(await counts()).toStrictEqual([3, 1]);
  },
  8 * minutes,
);

step("Ctrl-C leaves the graph as it was", async () => {
  const command = `exec npm run seed -- seed/neo4j.dump --stack ${user.stack.name} --confirm ${user.stack.name}`;
  for (const at of [/dump: loading/, /dump: load$/m, /dump: check/]) {
    expect((await user.clone.interrupt(command, at, user.env)).code).not.toBe(0);
    expect(await counts()).toStrictEqual([3, 1]);
  }
});

step("a graph takes a dump's place, and Neo4j's users stay", async () => {
  const system = (statement: string) =>
    user.inside(
      ...["curl", "--silent", "--user", `neo4j:${user.secrets().NEO4J_PASSWORD}`],
      ...["--json", JSON.stringify({ statements: [{ statement }] })],
      "http://127.0.0.1:7474/db/system/tx/commit",
    );
  expect(await system("CREATE USER someone SET PASSWORD 'long-enough-1'")).toContain('"errors":[]');
  expect(await runJson("seed", "seed/neo4j.dump", "--confirm", user.stack.name)).toMatchObject({
    code: 0,
    result: {
      replaced: { nodes: 3, relationships: 1 },
      counts: { nodes: 2, relationships: 1 },
    },
  });
  expect(await counts()).toStrictEqual([2, 1]);
  expect(await row("MATCH (n {GUID: 'n-1'}) RETURN n.name")).toStrictEqual(["mine"]);
  expect(await system("SHOW USERS")).toContain("someone");
  expect(await user.inside("sh", "-c", "ls -A /data/neo4j/data")).not.toContain("kalisi-restore");
});

step("an empty graph takes a dump without a question", async () => {
  await user.cypher("MATCH (n) DETACH DELETE n");
  expect((await run("seed", "seed/neo4j.dump")).code).toBe(0);
  expect(await counts()).toStrictEqual([2, 1]);
  await eventually(60, () =>
    user.inside("kalisi-health").then(
      () => undefined,
      (error: unknown) => String(error),
    ),
  );
});

step("Ctrl-C leaves all of a graph, or nothing", async () => {
  writeFileSync(path("other.json"), graph().replaceAll(/[ne]-\d/g, "$&y"));
  const command = `exec npm run seed -- seed/other.json --stack ${user.stack.name}`;
  await user.clone.interrupt(command, /one transaction/, user.env);
  // Until nobody is at work any more.
  await user.inside("flock", "/run/kalisi/seed.lock", "true");
  expect([
    [2, 1],
    [4, 2],
  ]).toContainEqual(await counts());
});
