import { z } from "zod";
import type Docker from "dockerode";
import { giveTo } from "../container/transfer";

const countsSchema = z.object({
  nodes: z.int(),
  relationships: z.int(),
  /** Of Redis. */
  keys: z.int(),
  /** In the workspace and the home. */
  files: z.int(),
});

export type Counts = z.output<typeof countsSchema>;

/** Counts what the services of a stack that is up have. */
export async function countData(container: Docker.Container): Promise<Counts> {
  const command = ["/usr/local/lib/kalisi/restore/part", "count"];
  const answer = await giveTo(container, {
    command,
    code: "KALISI-BACKUP-PART",
    failure: "What was restored could not be counted",
  });
  return countsSchema.parse(JSON.parse(answer));
}
