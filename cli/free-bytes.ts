import { statfs } from "node:fs/promises";

/** How much the disk of a folder has left for a user who is not root. */
export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
