import { z } from "zod";
import { memorySchema } from "../units";

/** The store of users and sessions. */
export const redisSchema = z
  .strictObject({
    memory: memorySchema
      .optional()
      .describe("what Redis may hold; unset: a quarter of the memory, where that is limited"),
  })
  .prefault({})
  .describe("the store of users and sessions");
