import { readFileSync } from "node:fs";
import { join } from "node:path";
import type Docker from "dockerode";
import { coerce, gt } from "semver";
import { execIn } from "../container/exec";
import type { Manifest } from "./manifest";

type Versions = Manifest["versions"];

/**
 * The versions that decide whether a backup can be restored.
 *
 * @param inside what the container says of its own
 */
export async function versionsOf(
  root: string,
  container: Docker.Container,
  inside: Readonly<Record<string, string>>,
): Promise<Versions> {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    version: string;
  };
  const { stdout } = await execIn(container, ["uname", "--machine"]);
  const { Neo4j: neo4j = "unknown", Redis: redis = "unknown" } = inside;
  return { neo4j, redis, project: version, architecture: stdout.trim() };
}

/** Why data of these versions cannot be restored where those are; undefined where it can. */
export function whyNotRestorable(from: Versions, into: Versions): string | undefined {
  if (from.architecture !== into.architecture) {
    return `it is of a machine with ${from.architecture}, and the Engine has ${into.architecture}: the programs in its workspace would not run there`;
  }
  const newer = (["neo4j", "redis"] as const).find((name) => isNewerFormat(from[name], into[name]));
  return newer === undefined
    ? undefined
    : `it was made with ${names[newer]} ${from[newer]}, and the stack has ${into[newer]}, which cannot read what a newer one has written`;
}

const names = { neo4j: "Neo4j", redis: "Redis" } as const;

/** Whether one version of a server writes what the other cannot read: within a major and minor version, each keeps to its formats. */
export function isNewerFormat(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => coerce(/^\d+\.\d+/.exec(text)?.[0]));
  return a !== null && b !== null && a !== undefined && b !== undefined && gt(a, b);
}
