import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { largestJson, readSeed } from "../../../cli/seed/file";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kalisi-seed-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const node = (GUID: string, more: object = {}) => ({
  GUID,
  labels: ["A"],
  properties: {},
  ...more,
});
const edge = (GUID: string, fromGUID: string, toGUID: string, more: object = {}) => ({
  ...{ GUID, type: "T", fromGUID, toGUID },
  ...more,
});
const graph = (nodes: readonly unknown[], edges: readonly unknown[] = []) =>
  JSON.stringify({ nodes, edges });

/** Matches an error with this code. */
const coded = (code: string) => expect.objectContaining({ code }) as Error;

test("the example's graph is one", () => {
  const path = join(
    __dirname,
    "../../../examples/source/data/neo4j/neo4j_non_codebase_backup.json",
  );
  const text = readFileSync(path, "utf8");
  expect(readSeed(path)).toStrictEqual({ kind: "json", text, sizes: { nodes: 7, edges: 9 } });
});

test("what is in a graph more than once, and is the same, counts", () => {
  const nodes = [node("a", { neo4jId: 1 }), node("a", { neo4jId: 2 }), node("b")];
  const edges = [edge("e", "a", "b", { startNodeId: 1 }), edge("e", "a", "b", { startNodeId: 2 })];
  const path = write("twice.json", graph(nodes, edges));
  expect(readSeed(path)).toMatchObject({ sizes: { nodes: 3, edges: 2 } });
});

test("both kinds of a dump are known by what they begin with", () => {
  expect(readSeed(write("a.dump", "DZV1..."))).toStrictEqual({ kind: "dump", bytes: 7 });
  expect(readSeed(write("A.DUMP", "DGV1.."))).toStrictEqual({ kind: "dump", bytes: 6 });
});

test.each([
  ["nothing", "a.json", ""],
  ["a name that says nothing", "a.txt", "{}"],
  ["another encoding", "a.json", Buffer.from("\uFEFF{}", "utf16le")],
])("a file is refused with %s", (_, name, content) => {
  const path = write(name, content);
  expect(() => readSeed(path)).toThrow(coded("KALISI-SEED-FILE"));
});

test("so is a folder, and what is not there, or below a file", () => {
  const file = write("a.json", "{}");
  for (const path of [folder, join(folder, "none.json"), join(file, "b.json")]) {
    expect(() => readSeed(path)).toThrow(coded("KALISI-SEED-FILE"));
  }
});

test.each([
  ["a dump that is none", "a.dump", "PGDMP and so on"],
  ["a dump of three bytes", "a.dump", "DZV"],
  ["a byte order mark", "a.json", `\uFEFF${graph([])}`],
  ["half a graph", "a.json", graph([node("a")]).slice(0, 30)],
  ["two graphs", "a.json", graph([]) + graph([])],
  ["something else", "a.json", "[]"],
  ["the other form of an export", "a.json", '{"nodes": [{"id": 0}], "edges": []}'],
  ["no edges", "a.json", '{"nodes": []}'],
  ["a node without a GUID", "a.json", graph([{ labels: ["A"] }])],
  ["an empty label", "a.json", graph([node("a", { labels: [""] })])],
  ["a map in a property", "a.json", graph([node("a", { properties: { p: { q: 1 } } })])],
  ["a mixed list in a property", "a.json", graph([node("a", { properties: { p: [1, "x"] } })])],
  ["a null in a list", "a.json", graph([node("a", { properties: { p: [null] } })])],
  [
    "an infinite number",
    "a.json",
    graph([node("a", { properties: { p: 1 } })]).replace("1", "1e999"),
  ],
  ["half a character", "a.json", graph([node("\uD83D")])],
  ["no type", "a.json", graph([node("a")], [edge("e", "a", "a", { type: "" })])],
])("a file is not what its name says: %s", (_, name, content) => {
  const path = write(name, content);
  expect(() => readSeed(path)).toThrow(coded("KALISI-SEED-FOREIGN"));
});

test.each([
  ["an edge from nowhere", [edge("e", "c", "a")], 'edges[0].fromGUID: no node has the GUID "c"'],
  ["an edge to nowhere", [edge("e", "a", "c")], 'edges[0].toGUID: no node has the GUID "c"'],
  [
    "two edges of one GUID",
    [edge("e", "a", "b"), edge("f", "a", "b"), edge("e", "b", "a")],
    'edges[2]: GUID "e" is that of edges[0], which differs',
  ],
])("a graph contradicts itself: %s", (_, edges, words) => {
  const path = write("a.json", graph([node("a"), node("b")], edges));
  expect(() => readSeed(path)).toThrow(coded("KALISI-SEED-GRAPH"));
  expect(() => readSeed(path)).toThrow(words);
});

test("the first mistakes are named, each with its place, and the others counted", () => {
  const nodes = Array.from({ length: 8 }, (_, at) => node("a", { properties: { at } }));
  expect(() => readSeed(write("a.json", graph(nodes)))).toThrow(
    /nodes\[1\]: GUID "a" is that of nodes\[0\].*\n(?: {2}nodes.*\n){4} {2}and 2 more\n/,
  );
});

test("JSON that Neo4j's memory may not hold is refused by its size", () => {
  const path = write("a.json", "{");
  truncateSync(path, largestJson + 1);
  expect(() => readSeed(path)).toThrow(coded("KALISI-SEED-LARGE"));
});
