import { z } from "zod";
import { text } from "../formats";
import { hoursSchema } from "../units";

/** When backups are due, and where they are. */
export const backupSchema = z
  .strictObject({
    every: hoursSchema
      .optional()
      .describe(
        "how old the last backup may become; unset: none is ever due. `npm run backup -- --if-due` goes by it",
      ),
    keep: z
      .int("expected a whole number above 0")
      .positive("expected a whole number above 0")
      .optional()
      .describe("how many of the stack's backups stay, the newest ones; unset: all of them"),
    to: text
      .default("backups")
      .describe(
        "the folder that they are written to; a relative path begins at the project's root",
      ),
  })
  .prefault({})
  .describe("when backups are due, and where they are");
