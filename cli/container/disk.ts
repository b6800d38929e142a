import type Docker from "dockerode";
import { z } from "zod";

/** What an Engine has on its disk, in bytes; unset where it does not say. */
export interface DiskUsage {
  readonly images?: {
    readonly count: number;
    /** All of them together: what they share counts once. */
    readonly bytes: number;
    /** Of each by its id, with what it shares with others. */
    readonly each: ReadonlyMap<string, number>;
  };
  readonly buildCache?: {
    /** Without what images have as well. */
    readonly bytes: number;
    /** What no build is using. */
    readonly unused: number;
  };
  /** Of each by its name. */
  readonly volumes: ReadonlyMap<string, number>;
}

const image = z.object({ Id: z.string(), Size: z.number() });
const volume = z.object({
  Name: z.string(),
  UsageData: z.object({ Size: z.number() }).nullish(),
});
const cache = z.object({ InUse: z.boolean(), Shared: z.boolean(), Size: z.number() });
const usage = <Item extends z.ZodType>(item: Item) =>
  z
    .object({
      TotalSize: z.number().default(0),
      Reclaimable: z.number().default(0),
      Items: z.array(item).nullish(),
    })
    .nullish();

/**
 * Engines before 29 have lists, later ones totals with them:
 * https://github.com/moby/moby/blob/master/api/types/system/disk_usage.go
 */
const answerSchema = z.object({
  LayersSize: z.number().default(0),
  Images: z.array(image).nullish(),
  BuildCache: z.array(cache).nullish(),
  Volumes: z.array(volume).nullish(),
  ImageUsage: usage(image),
  BuildCacheUsage: usage(cache),
  VolumeUsage: usage(volume),
});

/**
 * Has an Engine measure what is on its disk, which takes it from a second to a minute.
 *
 * @param only nothing but this; an Engine before 23 measures all the same
 * @returns undefined where it is measuring already: it does so for one at a time
 */
export async function measureDisk(docker: Docker, only?: "volume"): Promise<DiskUsage | undefined> {
  const modem = docker.modem as {
    dial(
      request: object,
      done: (error: (Error & { statusCode?: number }) | null, answer: unknown) => void,
    ): void;
  };
  // dockerode's own df() can neither ask for one kind nor, of an Engine since 29, for the lists.
  const request = {
    path: `/system/df?verbose=1${only === undefined ? "" : `&type=${only}`}`,
    method: "GET",
    statusCodes: { 200: true, 409: "already measuring", 500: "server error" },
  };
  return new Promise((resolve, reject) => {
    modem.dial(request, (error, answer) => {
      if (error === null) resolve(readDiskUsage(answer));
      else if (error.statusCode === 409) resolve(undefined);
      else reject(error);
    });
  });
}

/** Reads an Engine's answer to `GET /system/df`. */
export function readDiskUsage(answer: unknown): DiskUsage {
  const found = answerSchema.parse(answer);
  const { ImageUsage, BuildCacheUsage, VolumeUsage } = found;
  const images = found.Images ?? ImageUsage?.Items;
  const caches = found.BuildCache;
  const volumes = found.Volumes ?? VolumeUsage?.Items ?? [];
  const own = (caches ?? []).filter(({ Shared }) => !Shared);
  return {
    ...(images == null
      ? {}
      : {
          images: {
            count: images.length,
            bytes: found.LayersSize || (ImageUsage?.TotalSize ?? 0),
            each: new Map(images.map(({ Id, Size }) => [Id, Size])),
          },
        }),
    ...(caches == null
      ? BuildCacheUsage == null
        ? {}
        : { buildCache: { bytes: BuildCacheUsage.TotalSize, unused: BuildCacheUsage.Reclaimable } }
      : {
          buildCache: {
            bytes: sum(own.map(({ Size }) => Size)),
            unused: sum(own.filter(({ InUse }) => !InUse).map(({ Size }) => Size)),
          },
        }),
    volumes: new Map(
      // An Engine that cannot tell says -1.
      volumes.flatMap(({ Name, UsageData }) =>
        UsageData == null || UsageData.Size < 0 ? [] : [[Name, UsageData.Size] as const],
      ),
    ),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
