import { z } from "zod";
import { dockerName } from "../formats";

/** Docker's names of the stack's parts. */
export const namesSchema = z
  .strictObject({
    container: dockerName.optional().describe("the container's name; unset: `kalisi`"),
    network: dockerName.optional().describe("the network's name; unset: `kalisi-network`"),
    volumes: z
      .strictObject({
        workspace: dockerName
          .optional()
          .describe("the volume at `/workspace`; unset: `kalisi-workspace`"),
        neo4j: dockerName.optional().describe("the volume at `/data/neo4j`; unset: `kalisi-neo4j`"),
        redis: dockerName.optional().describe("the volume at `/data/redis`; unset: `kalisi-redis`"),
        home: dockerName.optional().describe("the volume at `/home/kalisi`; unset: `kalisi-home`"),
      })
      .prefault({}),
  })
  .prefault({})
  .describe(
    "Docker's names for the stack's parts, where the names derived from the stack's name do not fit",
  );
