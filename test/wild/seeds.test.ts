import { having, tryRows, type Row } from "../support/wild";

// Files that people load into a database: https://neo4j.com/docs/operations-manual/5/backup-restore/restore-dump/,
// https://www.rfc-editor.org/rfc/rfc8259#section-8.1 (byte order marks)

const wrong = (given: string, name: string, content: string | Buffer, row: Partial<Row>): Row => ({
  given,
  put: having({ [name]: content }),
  typed: `seed '../home/${name}'`,
  last: "seed/README.md shows what such a file looks like",
  ...row,
});

const node = (guid: string, name: string) =>
  `{"GUID": "${guid}", "labels": ["A"], "properties": {"name": "${name}"}}`;
const graph = (nodes: string, edges = "") => `{"nodes": [${nodes}], "edges": [${edges}]}`;
const edge = '{"GUID": "e", "type": "T", "fromGUID": "a", "toGUID": "b"}';

const file = { says: "[KALISI-SEED-FILE]", last: "such as seed/neo4j.dump" };
const foreign = { says: "[KALISI-SEED-FOREIGN]" };

tryRows([
  { given: "no file", typed: "seed", code: 2, says: "missing required argument", last: "--help" },
  { given: "two files", typed: "seed a.json b.json", code: 2, last: "--help" },
  { given: "a file that is not there", typed: "seed none.dump", ...file },
  { given: "a folder", typed: "seed seed", ...file },
  { given: "a device", typed: "seed /dev/null", ...file },
  { given: "no name", typed: "seed ''", ...file },
  wrong("an empty file", "a.dump", "", file),
  wrong("a backup", "a.tar", "x", file),
  wrong("a dump of something else", "a dump.dump", "PGDMP", { ...foreign, last: "neo4j-admin" }),
  wrong("a byte order mark", "a.json", `\uFEFF${graph("")}`, foreign),
  wrong("half a file", "a.json", graph(node("a", "one")).slice(0, -9), foreign),
  wrong("a list", "ü.json", "[]", foreign),
  wrong("an edge to nowhere", "a.json", graph(node("a", "one"), edge), {
    says: 'edges[0].toGUID: no node has the GUID "b"',
  }),
  wrong("two nodes of one GUID", "a.json", graph(`${node("a", "1")}, ${node("a", "2")}`), {
    says: 'nodes[1]: GUID "a" is that of nodes[0], which differs',
  }),
]);
