import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { printable } from "../../config/quote";
import { UserError } from "../user-error";

/** Half of a pair, which JSON can name, and Neo4j would store as a question mark. */
const text = z.string().regex(/^\P{Surrogate}*$/u, "it has half a character");

/** What Neo4j can store: https://neo4j.com/docs/cypher-manual/5/values-and-types/property-structural-constructed/ */
const property = z.union(
  [...[text, z.number(), z.boolean()].flatMap((type) => [type, z.array(type)]), z.null()],
  "expected a text, a number, true, false, null, or a list of texts, of numbers, or of true and false",
);

const name = text.min(1);
const part = { GUID: name, neo4jId: z.int().optional() };
const properties = z.record(name, property).nullish();

const schema = z.object({
  nodes: z.array(z.object({ ...part, labels: z.array(name).nullish(), properties })),
  edges: z.array(z.object({ ...part, type: name, fromGUID: name, toGUID: name, properties })),
});

type Graph = z.output<typeof schema>;

/** How much is in a graph's file. */
export interface Sizes {
  readonly nodes: number;
  readonly edges: number;
}

const shown = 5;

/**
 * Checks the JSON of a graph, in the form of the source tree's `neo4j_non_codebase_backup.json`. What is in it more than
 * once, and says the same each time, is no mistake: that file itself has such nodes and edges.
 *
 * @throws UserError where it is not one that can be loaded
 */
export function checkGraph(path: string, text: string): Sizes {
  const parsed = schema.safeParse(parse(path, text));
  if (!parsed.success) {
    throw refusal(
      "KALISI-SEED-FOREIGN",
      path,
      parsed.error.issues.map(({ path: place, message }) =>
        place.length === 0 ? message : `${z.core.toDotPath(place)}: ${message}`,
      ),
    );
  }
  const problems = contradictions(parsed.data);
  if (problems.length > 0) throw refusal("KALISI-SEED-GRAPH", path, problems);
  return { nodes: parsed.data.nodes.length, edges: parsed.data.edges.length };
}

function parse(path: string, text: string): unknown {
  if (text.startsWith("\uFEFF")) {
    throw refusal("KALISI-SEED-FOREIGN", path, [
      'it begins with a byte order mark: save it as "UTF-8", not as "UTF-8 with BOM"',
    ]);
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const reason = error instanceof Error ? printable(error.message) : "";
    throw refusal("KALISI-SEED-FOREIGN", path, [`it is no JSON, or was cut short: ${reason}`]);
  }
}

function contradictions({ nodes, edges }: Graph): readonly string[] {
  const guids = new Set(nodes.map(({ GUID }) => GUID));
  const ends = edges.flatMap((edge, at) =>
    (["fromGUID", "toGUID"] as const)
      .filter((end) => !guids.has(edge[end]))
      .map((end) => `edges[${at}].${end}: no node has the GUID ${JSON.stringify(edge[end])}`),
  );
  return [...ends, ...twins("nodes", nodes), ...twins("edges", edges)];
}

/** Those with a GUID of another one that says something else; what a former database called it does not count. */
function twins(list: string, all: readonly { readonly GUID: string }[]): readonly string[] {
  const firsts = new Map<string, number>();
  return all.flatMap((one, at) => {
    const first = firsts.get(one.GUID);
    if (first === undefined) firsts.set(one.GUID, at);
    const isTwin =
      first !== undefined &&
      !isDeepStrictEqual({ ...all[first], neo4jId: 0 }, { ...one, neo4jId: 0 });
    return isTwin
      ? [
          `${list}[${at}]: GUID ${JSON.stringify(one.GUID)} is that of ${list}[${first}], which differs`,
        ]
      : [];
  });
}

function refusal(
  code: "KALISI-SEED-FOREIGN" | "KALISI-SEED-GRAPH",
  path: string,
  problems: readonly string[],
): UserError {
  const more = problems.length - shown;
  return new UserError(
    code,
    [
      `Nothing was changed: ${path} is no graph that can be loaded`,
      ...problems.slice(0, shown).map((problem) => `  ${problem}`),
      ...(more > 0 ? [`  and ${more} more`] : []),
      "seed/README.md shows what such a file looks like",
    ].join("\n"),
  );
}
