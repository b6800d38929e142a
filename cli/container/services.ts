import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The services of the image that this tree builds, in the order in which they start. */
export function readServiceNames(root: string): readonly string[] {
  const table = join(root, "docker", "rootfs", "etc", "kalisi", "services.table");
  return readFileSync(table, "utf8")
    .split("\n")
    .flatMap((line) => /^[a-z]\S*/.exec(line)?.[0] ?? []);
}
