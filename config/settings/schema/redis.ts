import { z } from "zod";
import { memorySchema } from "../units";

/** The store of users and sessions. */
export const redisSchema = z
  .strictObject({
    memory: memorySchema
      .optional()
      .describe(
        "how much memory Redis may use; unset: a quarter of the memory, if that is limited",
      ),
  })
  .prefault({})
  .describe("the store of users and sessions");
