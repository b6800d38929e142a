import { existsSync } from "node:fs";
import { dirname } from "node:path";
import type Docker from "dockerode";
import { execIn } from "../container/exec";
import { formatBytes } from "../container/volumes";
import { freeBytes } from "../free-bytes";
import { UserError } from "../user-error";

/** Of all folders that a backup reads, in bytes. Neo4j keeps room for the logs of transactions, which no dump takes. */
const measure = [
  ...["du", "--summarize", "--total", "--block-size=1", "--one-file-system"],
  ...["--exclude=transactions", "--exclude=.kalisi-restore"],
  ...["/workspace", "/home/kalisi", "/data/redis", "/data/neo4j"],
];

/**
 * Makes sure that a folder's disk has room for a backup, before anything is stopped for it. The files are compressed
 * on their way, by how much is not known before: all of their size is asked for.
 *
 * @param folder where the archive goes; need not be there yet
 * @throws UserError where it has less
 */
export async function requireRoomFor(container: Docker.Container, folder: string): Promise<void> {
  const { stdout } = await execIn(container, measure);
  // What vanishes while it is counted makes the exit code a failure's; the sum is the last line all the same.
  const bytes = parseInt(stdout.trimEnd().split("\n").at(-1) ?? "", 10);
  const left = await freeBytes(existingParent(folder));
  if (left < bytes) {
    throw noRoom(
      folder,
      `has ${formatBytes(left)} left, and what is backed up takes ${formatBytes(bytes)} before it is compressed: nothing was stopped`,
    );
  }
}

export function noRoom(folder: string, how: string): UserError {
  return new UserError(
    "KALISI-BACKUP-SPACE",
    `Not backed up: the disk of ${folder} ${how}.\nMake room there, or name another folder: --to FOLDER`,
  );
}

function existingParent(folder: string): string {
  return existsSync(folder) ? folder : existingParent(dirname(folder));
}
