import { z } from "zod";
import type Docker from "dockerode";
import { giveTo } from "../container/transfer";

const graphSchema = z.object({ nodes: z.int(), relationships: z.int() });

const countsSchema = graphSchema.extend({
  /** Of Redis. */
  keys: z.int(),
  /** In the workspace and the home. */
  files: z.int(),
});

export type Counts = z.output<typeof countsSchema>;

export type GraphCounts = z.output<typeof graphSchema>;

/** Counts what the services of a stack that is up have. */
export async function countData(container: Docker.Container): Promise<Counts> {
  return countsSchema.parse(await count(container, "count"));
}

/** Counts what Neo4j has. */
export async function countGraph(container: Docker.Container): Promise<GraphCounts> {
  return graphSchema.parse(await count(container, "count-graph"));
}

async function count(container: Docker.Container, part: string): Promise<unknown> {
  const answer = await giveTo(container, {
    command: ["/usr/local/lib/kalisi/restore/part", part],
    code: "KALISI-BACKUP-PART",
    failure: "What is there could not be counted",
  });
  return JSON.parse(answer) as unknown;
}
