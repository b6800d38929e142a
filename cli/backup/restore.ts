import { Readable } from "node:stream";
import type Docker from "dockerode";
import { waitForVerdict } from "../../components/commands/verdict";
import { reasonOf } from "../../config/errors";
import { whyNotUp } from "../container/answers";
import { giveTo } from "../container/transfer";
import { formatBytes } from "../container/volumes";
import type { Steps } from "../progress/task";
import { UserError } from "../user-error";
import { readPart } from "./archive-reader";
import { countGraph } from "./count";
import { partNames, type Manifest, type PartName } from "./manifest";

/** Takes each part of what is restored, in the container. */
export const restoreProgram = "/usr/local/lib/kalisi/restore/part";

/** Where a backup is restored to. */
export interface Target {
  readonly docker: Docker;
  readonly name: string;
  /** How long a start and a stop may take. */
  readonly timeouts: { readonly healthySeconds: number; readonly stopSeconds: number };
}

/** The steps that {@link putBeside} and {@link exchange} show. */
export const restoreSteps = partNames.length + 1;

/** Puts a backup beside the data that it is to replace. The services are up meanwhile, and nothing is replaced. */
export async function putBeside(
  target: Target,
  file: string,
  manifest: Manifest,
  steps: Steps,
): Promise<void> {
  await requireRoom(
    target,
    "the backup",
    new Map(manifest.parts.map(({ name, unpackedBytes }) => [name, unpackedBytes])),
  );
  for (const part of manifest.parts) {
    steps.next(part.name);
    let given = 0;
    const counted = async function* () {
      for await (const chunk of readPart(file, part)) {
        given += chunk.length;
        steps.note(`${formatBytes(given)} of ${formatBytes(part.bytes)}`);
        yield chunk;
      }
    };
    await run(target, part.name, Readable.from(counted(), { objectMode: false }));
  }
}

/** What takes the former data's place: all of a backup, or the graph alone, which leaves Neo4j's users as they are. */
const exchanges = {
  all: { commit: "commit", undo: "undo" },
  graph: { commit: "commit-graph", undo: "undo-graph" },
} as const;

/**
 * Has the restored data take the former's place: when the container starts again. Where not all is healthy then, or the
 * graph cannot be opened, the former data is put back in the same way.
 */
export async function exchange(target: Target, what: keyof typeof exchanges): Promise<void> {
  const { commit, undo } = exchanges[what];
  await run(target, commit);
  const problem = (await restart(target)) ?? (await whyNotOpened(target));
  if (problem === undefined) {
    await run(target, "finish");
    return;
  }
  await run(target, undo);
  const left = await restart(target);
  if (left === undefined) await run(target, "finish");
  throw new UserError(
    "KALISI-BACKUP-UNDONE",
    `Not restored: the services did not start with what was restored, and the former data was put back${left === undefined ? "" : ", which does not start either"}:\n${problem}`,
  );
}

/** @returns why not all of it is up then */
async function restart({ docker, name, timeouts }: Target): Promise<string | undefined> {
  await docker.getContainer(name).restart({ t: timeouts.stopSeconds });
  const verdict = await waitForVerdict(docker, name, timeouts.healthySeconds);
  return verdict === "healthy"
    ? undefined
    : ((await whyNotUp(docker, name, 0)) ?? `the container ${name} is ${verdict}`);
}

/** Neo4j is up, and healthy, with a graph that it cannot open, such as that of a newer version. */
async function whyNotOpened({ docker, name }: Target): Promise<string | undefined> {
  try {
    await countGraph(docker.getContainer(name));
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}

/**
 * Makes sure that what comes beside the data has room, on each file system that has a folder of it.
 *
 * @param what that is, in words
 * @param sizes its parts' in bytes, unpacked
 */
export async function requireRoom(
  target: Target,
  what: string,
  sizes: ReadonlyMap<PartName, number>,
): Promise<void> {
  const lines = (await run(target, "begin")).trim().split("\n");
  const free = new Map<string, number>();
  const needed = new Map<string, number>();
  for (const line of lines) {
    const [name, device = "", bytes = ""] = line.split(" ");
    free.set(device, Number(bytes));
    const size = sizes.get(name as PartName) ?? 0;
    needed.set(device, (needed.get(device) ?? 0) + size);
  }
  for (const [device, bytes] of needed) {
    const left = free.get(device) ?? 0;
    if (left < bytes) {
      throw new UserError(
        "KALISI-BACKUP-SPACE",
        `Nothing was changed: ${what} takes ${formatBytes(bytes)} beside the data that is there, and the Engine's disk has ${formatBytes(left)} left.\nMake room there`,
      );
    }
  }
}

function run({ docker, name }: Target, part: string, source?: Readable): Promise<string> {
  return giveTo(
    docker.getContainer(name),
    {
      command: [restoreProgram, part],
      code: "KALISI-BACKUP-PART",
      failure: `Not restored: the part ${part} failed`,
    },
    source,
  );
}
