import type Docker from "dockerode";
import { z } from "zod";
import { formatBytes } from "../container/volumes";

/** What a running container takes of its machine at this moment. */
export interface Usage {
  /** In bytes, without files that the kernel keeps in memory as long as there is room. */
  readonly memory: number;
  /** In bytes: the container's limit, else all that the machine has. */
  readonly memoryAtMost: number;
  /** In processors. @example 0.5 */
  readonly processors: number;
  /** The container's limit, else all that the machine has. */
  readonly processorsAtMost: number;
  /** Processes and threads. */
  readonly processes: number;
  /** Unset: no limit. */
  readonly processesAtMost?: number;
}

const cpu = z.object({
  cpu_usage: z.object({ total_usage: z.number() }),
  system_cpu_usage: z.number(),
  online_cpus: z.number(),
});

/** https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerStats */
const statsSchema = z.object({
  memory_stats: z.object({
    usage: z.number(),
    limit: z.number(),
    stats: z.record(z.string(), z.number()).default({}),
  }),
  cpu_stats: cpu,
  precpu_stats: cpu,
  pids_stats: z.object({ current: z.number(), limit: z.number().optional() }),
});

/**
 * Measures for a second what a running container takes.
 *
 * @returns undefined where the Engine does not say, as one without cgroups
 */
export async function measureUsage(docker: Docker, name: string): Promise<Usage | undefined> {
  const container = docker.getContainer(name);
  const [stats, { HostConfig }] = await Promise.all([
    container.stats({ stream: false }),
    container.inspect(),
  ]);
  return readUsage(stats, (HostConfig.NanoCpus ?? 0) / 1e9);
}

/**
 * Reads the Engine's answer as its own client does: https://docs.docker.com/reference/cli/docker/container/stats/
 *
 * @param limit how many processors the container may use; 0: all
 */
export function readUsage(stats: unknown, limit: number): Usage | undefined {
  const read = statsSchema.safeParse(stats);
  if (!read.success) {
    return undefined;
  }
  const { memory_stats: memory, cpu_stats: now, precpu_stats: before, pids_stats } = read.data;
  // The second name is of cgroups in their second version.
  const files = memory.stats["total_inactive_file"] ?? memory.stats["inactive_file"] ?? 0;
  const used = now.cpu_usage.total_usage - before.cpu_usage.total_usage;
  const passed = now.system_cpu_usage - before.system_cpu_usage;
  return {
    memory: Math.max(memory.usage - files, 0),
    memoryAtMost: memory.limit,
    processors: passed > 0 ? (used / passed) * now.online_cpus : 0,
    processorsAtMost: limit > 0 ? limit : now.online_cpus,
    processes: pids_stats.current,
    ...(isLimit(pids_stats.limit) ? { processesAtMost: pids_stats.limit } : {}),
  };
}

/** "No limit" is the greatest number that the kernel knows. */
function isLimit(limit: number | undefined): limit is number {
  return limit !== undefined && limit > 0 && limit < Number.MAX_SAFE_INTEGER;
}

export function usageLine(usage: Usage): string {
  const { memory, memoryAtMost, processors, processorsAtMost } = usage;
  const { processes, processesAtMost } = usage;
  return [
    `memory ${formatBytes(memory)} of ${formatBytes(memoryAtMost)}`,
    `processors ${processors.toFixed(2)} of ${processorsAtMost}`,
    `processes and threads ${processes}${processesAtMost === undefined ? "" : ` of ${processesAtMost}`}`,
  ].join(", ");
}
