import type { Problem } from "../../errors";
import { parseByteSize, type Neo4jSetting } from "./setting";
import type { StackConfig } from "../../settings/schema";
import type { Mebibytes } from "../../settings/units";

/** An amount of memory, and the setting that it comes from. */
export interface Share {
  readonly size: Mebibytes;
  readonly setting: string;
}

/** The memory settings of the stack's configuration. */
export interface MemoryPlan {
  /** What the container may use. @default no limit */
  readonly limit?: Share | undefined;
  /** Overrides neo4j.conf's. */
  readonly heap?: Share | undefined;
  /** Overrides neo4j.conf's. */
  readonly pageCache?: Share | undefined;
  readonly redis?: Share | undefined;
}

/**
 * The memory settings of a configuration.
 *
 * @param label names a setting as its user would type it
 */
export function memoryPlan(
  { neo4j, redis, resources }: StackConfig,
  label: (...path: string[]) => string,
): MemoryPlan {
  const share = (size: Mebibytes | undefined, ...path: string[]) =>
    size === undefined ? undefined : { size, setting: label(...path) };
  return {
    limit: share(resources.memory, "resources", "memory"),
    heap: share(neo4j.heap, "neo4j", "heap"),
    pageCache: share(neo4j.pageCache, "neo4j", "pageCache"),
    redis: share(redis.memory, "redis", "memory"),
  };
}

const keys = {
  initialHeap: "server.memory.heap.initial_size",
  heap: "server.memory.heap.max_size",
  pageCache: "server.memory.pagecache.size",
} as const;

/** What the image gives where both are unset: docker/rootfs/usr/local/lib/kalisi/neo4j/launch.sh. */
const unlimited = { heap: 512, pageCache: 128 } as const;
const parts = { heap: 4, pageCache: 8 } as const;

interface Part {
  readonly name: string;
  /** In MiB. */
  readonly size: number;
  readonly place: string;
}

/** Finds amounts of memory that do not fit into each other. */
export function checkMemory(
  settings: ReadonlyMap<string, Neo4jSetting>,
  plan: MemoryPlan,
): readonly Problem[] {
  const heap = partOf("heap", "Neo4j's heap", settings, plan);
  const pageCache = partOf("pageCache", "its page cache", settings, plan);
  return [...checkInitialHeap(heap, settings, plan), ...checkLimit([heap, pageCache], plan)];
}

function partOf(
  part: keyof typeof parts,
  name: string,
  settings: ReadonlyMap<string, Neo4jSetting>,
  plan: MemoryPlan,
): Part {
  const typed = plan[part];
  if (typed !== undefined) {
    return { name, size: typed.size, place: typed.setting };
  }
  const line = settings.get(keys[part]);
  const bytes = parseByteSize(line?.value ?? "");
  if (line !== undefined && bytes !== undefined) {
    return { name, size: bytes / 1024 ** 2, place: line.place };
  }
  const size =
    plan.limit === undefined ? unlimited[part] : Math.floor(plan.limit.size / parts[part]);
  return { name, size, place: "by default" };
}

function checkInitialHeap(
  heap: Part,
  settings: ReadonlyMap<string, Neo4jSetting>,
  plan: MemoryPlan,
): readonly Problem[] {
  const initial = settings.get(keys.initialHeap);
  const size = (parseByteSize(initial?.value ?? "") ?? 0) / 1024 ** 2;
  // A typed heap overrides both lines of the file.
  return initial === undefined || plan.heap !== undefined || size <= heap.size
    ? []
    : [
        {
          code: "KALISI-NEO4J-MEMORY",
          setting: initial.place,
          value: `${initial.key}=${initial.value}`,
          problem: `is more than the heap may become: ${sizeAndPlace(heap)}`,
          fix: `set ${keys.heap} to as much`,
        },
      ];
}

function checkLimit(ofNeo4j: readonly Part[], plan: MemoryPlan): readonly Problem[] {
  const { limit, redis } = plan;
  const all =
    redis === undefined
      ? ofNeo4j
      : [...ofNeo4j, { name: "Redis", size: redis.size, place: redis.setting }];
  const sum = all.reduce((total, { size }) => total + size, 0);
  const [largest] = [...all].sort((a, b) => b.size - a.size);
  return limit === undefined || largest === undefined || sum <= limit.size
    ? []
    : [
        {
          code: "KALISI-NEO4J-MEMORY",
          setting: largest.place,
          value: mebibytes(largest.size),
          problem: `is too much: ${all.map((part) => `${part.name} ${sizeAndPlace(part)}`).join(", ")} make ${mebibytes(sum)}, and the container may use ${mebibytes(limit.size)}`,
          fix: `lower it, or pulumi config set --path '${limit.setting}' ${Math.ceil(sum / 1024) + 1}g`,
        },
      ];
}

function sizeAndPlace({ size, place }: Part): string {
  return `${mebibytes(size)} (${place})`;
}

function mebibytes(size: number): string {
  return `${Math.ceil(size)}m`;
}
