import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import type Docker from "dockerode";
import { z } from "zod";
import { exchange, requireRoom, restoreProgram, type Target } from "../backup/restore";
import { giveTo } from "../container/transfer";
import { formatBytes } from "../container/volumes";
import type { Steps } from "../progress/task";

const code = "KALISI-SEED-NOT-LOADED";

const added = z.object({ created: z.int(), there: z.int() });
const resultSchema = z.object({ nodes: added, relationships: added });

/** What was created, and what was there already. */
export type Added = z.output<typeof resultSchema>;

/** Adds a graph, as JSON that was checked, to what is there: all of it, or nothing. */
export async function addGraph(container: Docker.Container, text: string): Promise<Added> {
  const answer = await giveTo(
    container,
    {
      command: ["/usr/local/lib/kalisi/seed/add"],
      code,
      failure: "Nothing was changed: the graph was not loaded",
      fix: "Correct the file, or see how Neo4j is: npm run logs neo4j",
    },
    Readable.from([Buffer.from(text)], { objectMode: false }),
  );
  return resultSchema.parse(JSON.parse(answer));
}

/** The steps that {@link replaceGraph} shows. */
export const dumpSteps = 3;

/**
 * Puts a dump beside the graph, and has it take the graph's place once it was found whole. The former graph is put back
 * where Neo4j does not open the new one.
 */
export async function replaceGraph(
  target: Target,
  path: string,
  bytes: number,
  steps: Steps,
): Promise<void> {
  const container = target.docker.getContainer(target.name);
  const give = (part: string, source?: Readable) =>
    giveTo(
      container,
      {
        command: [restoreProgram, part],
        code,
        failure: `Nothing was changed: ${path} cannot be loaded`,
        fix: "If the dump is damaged, or of a newer Neo4j, make another one",
      },
      source,
    );
  // Where it says what is in it: it is read no further.
  const beginning = createReadStream(path, { end: 1024 * 1024 });
  const unpacked = /^Bytes: (\d+)$/m.exec(await give("describe", beginning))?.[1];
  await requireRoom(target, "the dump", new Map([["neo4j", Number(unpacked ?? bytes)]]));
  steps.next("load");
  let given = 0;
  const counted = async function* () {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      given += chunk.length;
      steps.note(`${formatBytes(given)} of ${formatBytes(bytes)}`);
      yield chunk;
    }
  };
  try {
    await give("neo4j", Readable.from(counted(), { objectMode: false }));
    steps.next("check");
    await give("check");
  } catch (error) {
    // What was put beside the graph would take its room until the next time.
    await give("finish").catch(() => undefined);
    throw error;
  }
  steps.next("start");
  await exchange(target, "graph");
}
