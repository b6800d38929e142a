import { z } from "zod";
import { memorySchema, processorsSchema } from "../units";

/** What the container may use of this machine. */
export const resourcesSchema = z
  .strictObject({
    memory: memorySchema
      .refine((size) => size >= 1024, "expected at least 1g: Neo4j and the services need it")
      .optional()
      .describe("how much memory the container may use, such as `3g`; unset: no limit"),
    cpus: processorsSchema
      .optional()
      .describe("how many processors the container may use, such as `1.5`; unset: no limit"),
  })
  .prefault({})
  .describe("what the container may use of this machine");
