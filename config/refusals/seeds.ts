import type { Kinds } from "./kind";

/** What `npm run seed` is given. The graph is as it was when these are told. */
export const ofSeeds = {
  "KALISI-SEED-FILE": {
    cause: "the file that `npm run seed` is given is not there, is empty, or cannot be read",
    cure: "name a Neo4j dump that ends in `.dump`, or a graph that ends in `.json`",
  },
  "KALISI-SEED-FOREIGN": {
    cause:
      "the file is not what its name says: no dump of `neo4j-admin`, or no JSON with `nodes` and `edges`; or it was cut short",
    cure: "the message names the place; `seed/README.md` shows what the JSON looks like",
  },
  "KALISI-SEED-GRAPH": {
    cause:
      "the JSON contradicts itself: an edge names a node that is not in it, or two different nodes or edges have the same GUID",
    cure: "correct the places that the message names, or write the file anew",
  },
  "KALISI-SEED-LARGE": {
    cause: "the JSON is larger than what is loaded in one transaction",
    cure: "load it into a Neo4j of your own, and load the dump of that: a dump may be of any size",
  },
  "KALISI-SEED-NOT-LOADED": {
    cause: "Neo4j, or its own tool for dumps, has refused what it was to load",
    cure: "its last lines say why: the dump may be damaged, or of a newer Neo4j",
  },
  "KALISI-SEED-NOT-UP": {
    cause: "the services of the stack that is to take the graph are not all up",
    cure: "`npm start` starts them; `npm run status` says what is wrong with each",
  },
} as const satisfies Kinds;
