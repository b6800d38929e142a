import { z } from "zod";
import { secondsSchema } from "../units";

/** How long things may take. */
export const timeoutsSchema = z
  .strictObject({
    healthySeconds: secondsSchema
      .default(secondsSchema.parse(300))
      .describe("how long a start may take before it fails"),
    stopSeconds: secondsSchema
      .default(secondsSchema.parse(90))
      .describe("how long a stop may take before the Engine kills the container, 33 at least"),
  })
  .prefault({})
  .describe("how long things may take, in seconds");
