import { spawnSync } from "node:child_process";
import { join } from "node:path";

const root = join(__dirname, "..", "..");

/** The lines of a file that is all right. */
export const good = [
  "JWT_SECRET=a",
  "REDIS_URL=redis://localhost:6379",
  "ENVIRONMENT=production",
  "NEO4J_URI=bolt://localhost:7687",
  "NEO4J_USERNAME=neo4j # the default user",
  "NEO4J_PASSWORD=canary-long-enough",
  "NEO4J_DATABASE=neo4j",
  "MFA_REQUIRED=true",
  'MFA_ISSUER="Kalisi <dev>"',
  "ENABLE_HTTPS=true",
  "HTTPS_PORT=8443",
];

/** The good file with a variable's line replaced. */
export function withLine(variable: string, replacement: string): string {
  return good.map((line) => (line.startsWith(`${variable}=`) ? replacement : line)).join("\n");
}

/** What the program in the container makes of a file. */
export function readInContainer(content: string): Readonly<Record<string, string>> | string {
  const program = join(root, "docker/rootfs/usr/local/lib/kalisi/parse-env.mjs");
  const { status, stdout, stderr } = spawnSync(process.execPath, [program], {
    input: content,
    encoding: "utf8",
  });
  const pairs = stdout.split("\0").slice(0, -1);
  return status === 0
    ? Object.fromEntries(
        pairs.map((pair) => [pair.replace(/=.*$/s, ""), pair.replace(/^[^=]*=/, "")] as const),
      )
    : stderr.trim();
}
