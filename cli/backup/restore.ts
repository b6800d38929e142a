import { Readable } from "node:stream";
import type Docker from "dockerode";
import { waitForVerdict } from "../../components/commands/verdict";
import { whyNotUp } from "../container/answers";
import { giveTo } from "../container/transfer";
import { formatBytes } from "../container/volumes";
import type { Steps } from "../progress/task";
import { UserError } from "../user-error";
import { readPart } from "./archive-reader";
import { partNames, type Manifest } from "./manifest";

const program = "/usr/local/lib/kalisi/restore/part";

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
  await requireRoom(target, manifest);
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

/**
 * Has the restored data take the former's place: when the container starts again. Where not all is healthy then, the
 * former data is put back in the same way.
 */
export async function exchange(target: Target, steps: Steps): Promise<void> {
  steps.next("start");
  await run(target, "commit");
  const problem = await restart(target);
  if (problem === undefined) {
    await run(target, "finish");
    return;
  }
  await run(target, "undo");
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

/** Of each file system that has a folder of data: what is free must hold all that comes beside. */
async function requireRoom(target: Target, { parts }: Manifest): Promise<void> {
  const lines = (await run(target, "begin")).trim().split("\n");
  const free = new Map<string, number>();
  const needed = new Map<string, number>();
  for (const line of lines) {
    const [name, device = "", bytes = ""] = line.split(" ");
    free.set(device, Number(bytes));
    const part = parts.find((each) => each.name === name);
    needed.set(device, (needed.get(device) ?? 0) + (part?.unpackedBytes ?? 0));
  }
  for (const [device, bytes] of needed) {
    const left = free.get(device) ?? 0;
    if (left < bytes) {
      throw new UserError(
        "KALISI-BACKUP-SPACE",
        `Nothing was changed: the backup takes ${formatBytes(bytes)} beside the data that is there, and the Engine's disk has ${formatBytes(left)} left.\nMake room there`,
      );
    }
  }
}

function run({ docker, name }: Target, part: string, source?: Readable): Promise<string> {
  return giveTo(
    docker.getContainer(name),
    {
      command: [program, part],
      code: "KALISI-BACKUP-PART",
      failure: `Not restored: the part ${part} failed`,
    },
    source,
  );
}
