import type Docker from "dockerode";
import { readFrames } from "../../config/engine/frames";

/** What a service has written to the container's log in the last hour, in lines. */
export interface LastHour {
  readonly name: string;
  readonly lines: number;
  /** Those among them that are warnings or errors by their own words. */
  readonly complaints: number;
}

/** The words of Neo4j, of Rust's `tracing` and of others; of Redis, the sign of its highest level. */
const isComplaint = (line: string) =>
  /\b(?:WARN|WARNING|ERROR|FATAL|PANIC)\b/.test(line) || /^redis: \d+:\w [^*#]+ # /.test(line);

/**
 * Counts what services have written in the last hour.
 *
 * @param names of the services, in the order in which they are told
 */
export async function readLastHour(
  container: Docker.Container,
  names: readonly string[],
): Promise<readonly LastHour[]> {
  const since = Math.floor(Date.now() / 1000) - 3600;
  const lines: string[] = [];
  await readFrames(await container.logs({ stdout: true, stderr: true, since }), (content) =>
    lines.push(content.toString()),
  );
  return countLines(lines, names);
}

export function countLines(
  lines: readonly string[],
  names: readonly string[],
): readonly LastHour[] {
  return names.map((name) => {
    const own = lines.filter((line) => line.startsWith(`${name}: `));
    return { name, lines: own.length, complaints: own.filter(isComplaint).length };
  });
}

export function lastHourLines(services: readonly LastHour[]): readonly string[] {
  return [
    "Log of the last hour:",
    ...services.map(({ name, lines, complaints }) => {
      const told = complaints === 0 ? "" : `, warnings or errors among them: ${complaints}`;
      return `  ${name.padEnd(22)} ${lines === 1 ? "1 line" : `${lines} lines`}${told}`;
    }),
  ];
}
