// add.mjs: adds a graph to the database, as far as it is not there: all of it, or nothing. runtime/.env is on standard input, the
// graph on file descriptor 3: JSON that cli/seed/graph.ts has checked. What has its GUID already stays as it is. Writes what
// was done: {"nodes": {"created": ..., "there": ...}, "relationships": {"created": ..., "there": ...}}
import { createReadStream } from "node:fs";
import { text as read } from "node:stream/consumers";
import { ask, fail } from "../neo4j/ask.mjs";

const text = await read(createReadStream("", { fd: 3 }));
const { nodes, edges } = parse();
// Where a GUID is there more than once, the last one counts, as it does for the source tree's import_neo4j.py.
const [nodeAt, edgeAt] = [nodes, edges].map(
  (all) => new Map(all.map(({ GUID }, at) => [GUID, at])),
);

const FIND_NODES = "MATCH (n) WHERE n.GUID IN $guids RETURN n.GUID, elementId(n)";
const FIND_EDGES = "MATCH ()-[r]->() WHERE r.GUID IN $guids RETURN DISTINCT r.GUID";
// Labels and types are values here, no part of the statement: https://neo4j.com/docs/cypher-manual/5/clauses/create/#dynamic-create
const ADD_NODES = `UNWIND $at AS at WITH $graph.nodes[at] AS node
  CREATE (n:$(coalesce(node.labels, []) + 'Imported'))
  SET n = coalesce(node.properties, {}), n.GUID = node.GUID,
    n.legacyNeo4jId = coalesce(node.properties.legacyNeo4jId, node.neo4jId)
  RETURN node.GUID, elementId(n)`;
const ADD_EDGES = `UNWIND $rows AS row WITH row, $graph.edges[row.at] AS edge
  MATCH (start) WHERE elementId(start) = row.from MATCH (end) WHERE elementId(end) = row.to
  CREATE (start)-[r:$(edge.type)]->(end)
  SET r = coalesce(edge.properties, {}), r.GUID = edge.GUID,
    r.fromGUID = coalesce(edge.properties.fromGUID, edge.fromGUID),
    r.toGUID = coalesce(edge.properties.toGUID, edge.toGUID),
    r.legacyNeo4jId = coalesce(edge.properties.legacyNeo4jId, edge.neo4jId)
  RETURN count(r)`;

await add().catch(fail);

function parse() {
  try {
    return JSON.parse(text);
  } catch {
    return fail(new Error("the file was cut short on its way"));
  }
}

/** A request with the graph's own text: Node would make 1 of 1.0, and round large numbers. */
function withGraph(statement, name, value) {
  const parameters = `{"graph":${text},"${name}":${JSON.stringify(value)}}`;
  return `{"statements":[{"statement":${JSON.stringify(statement)},"parameters":${parameters}}]}`;
}

async function add() {
  const finding = [
    { statement: FIND_NODES, parameters: { guids: [...nodeAt.keys()] } },
    { statement: FIND_EDGES, parameters: { guids: [...edgeAt.keys()] } },
  ];
  const { rows: found } = await ask("/commit", JSON.stringify({ statements: finding }));
  const idOf = new Map(found[0]);
  const knownEdges = new Set(found[1].flat());
  const newNodes = [...nodeAt].flatMap(([guid, at]) => (idOf.has(guid) ? [] : [at]));
  const newEdges = [...edgeAt].flatMap(([guid, at]) => (knownEdges.has(guid) ? [] : [at]));
  refuseAmbiguous(found[0], idOf, newEdges);

  const { rows: made, transaction } = await ask("", withGraph(ADD_NODES, "at", newNodes));
  for (const [guid, id] of made[0]) idOf.set(guid, id);
  const rows = newEdges.map((at) => {
    const { fromGUID, toGUID } = edges[at];
    return { at, from: idOf.get(fromGUID), to: idOf.get(toGUID) };
  });
  const { rows: joined } = await ask(transaction, withGraph(ADD_EDGES, "rows", rows));
  if (joined[0][0][0] !== newEdges.length) throw new Error("somebody has removed nodes meanwhile");
  await ask(`${transaction}/commit`, JSON.stringify({ statements: [] }));
  const counts = (all, created) => ({ created, there: all.size - created });
  console.log(
    JSON.stringify({
      nodes: counts(nodeAt, newNodes.length),
      relationships: counts(edgeAt, newEdges.length),
    }),
  );
}

/** An edge to a GUID that several nodes of the database have could begin or end at each of them. */
function refuseAmbiguous(foundNodes, idOf, newEdges) {
  const others = foundNodes.filter(([guid, id]) => idOf.get(guid) !== id);
  const several = new Set(others.map(([guid]) => guid));
  const ends = newEdges.flatMap((at) => [edges[at].fromGUID, edges[at].toGUID]);
  const end = ends.find((guid) => several.has(guid));
  if (end !== undefined) {
    throw new Error(
      `several nodes of the database have the GUID ${JSON.stringify(end)}, which an edge names`,
    );
  }
}
