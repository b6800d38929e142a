import { z } from "zod";
import { text } from "../formats";
import { memorySchema } from "../units";

/** The database. */
export const neo4jSchema = z
  .strictObject({
    conf: text
      .default("config/neo4j/neo4j.conf")
      .describe("mounted at `/etc/neo4j/neo4j.conf`; relative to the project's root"),
    heap: memorySchema
      .optional()
      .describe("Neo4j's heap, such as `1g`; unset: neo4j.conf's, else a quarter of the memory"),
    pageCache: memorySchema
      .optional()
      .describe("Neo4j's page cache; unset: neo4j.conf's, else an eighth of the memory"),
    apoc: z
      .boolean()
      .default(true)
      .describe("whether the server has APOC's procedures, which the image brings"),
  })
  .prefault({})
  .describe("the database");
