import { z } from "zod";
import { memorySchema, processorsSchema } from "../units";

/** Neo4j and the services alone have some 200. */
const leastProcesses = 512;

const processesProblem = `expected a whole number of at least ${leastProcesses}: Neo4j, Redis and the services need them`;

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
    processes: z
      .int(processesProblem)
      .min(leastProcesses, processesProblem)
      .default(4096)
      .describe("how many processes and threads may run in the container at a time"),
  })
  .prefault({})
  .describe("what the container may use of this machine");
