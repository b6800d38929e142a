import type { Kinds } from "./kind";

/** The database's own settings, neo4j.conf. Nothing has been changed yet when these are told. */
export const ofNeo4j = {
  "KALISI-NEO4J-AUTH": {
    cause: "a line of neo4j.conf would let everybody into the database",
    cure: 'remove the line; for a forgotten password: `docs/operations.md`, "The database password"',
  },
  "KALISI-NEO4J-DIRECTORY": {
    cause: "Neo4j would keep data outside its volume, where it is lost with the container",
    cure: "choose a directory below `/data/neo4j`",
  },
  "KALISI-NEO4J-LINE": {
    cause: "a line of neo4j.conf is not `key=value`, or sets what an earlier line has set",
    cure: "correct the line that the message names, or begin it with `#` to leave it out",
  },
  "KALISI-NEO4J-MEMORY": {
    cause: "the parts of the memory are too large for each other, or together for the container",
    cure: "lower a share of the memory, or raise `kalisi:resources.memory`, as the message says",
  },
  "KALISI-NEO4J-UNKNOWN": {
    cause:
      "a line of neo4j.conf sets what Neo4j 5.26 Community does not know, or what belongs to APOC",
    cure: "correct the line that the message names; APOC's settings go into `apoc.conf`",
  },
  "KALISI-NEO4J-UNREACHABLE": {
    cause:
      "Neo4j would not be reachable where the container's own health check and the services connect to it",
    cure: "write what the message says; `kalisi:ports` publishes other ports on this machine",
  },
  "KALISI-NEO4J-UNREADABLE": {
    cause: "the file that `kalisi:neo4j.conf` names is not there or cannot be read",
    cure: "name an existing file",
  },
  "KALISI-NEO4J-VALUE": {
    cause: "a line of neo4j.conf has a value that Neo4j would refuse",
    cure: "write a value of the kind that the message names",
  },
} as const satisfies Kinds;
