import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "..", "..");

/**
 * Refuses to begin on packages that cli/bootstrap.cjs would install anew: the tests that run it in this tree would
 * replace node_modules while others read it.
 */
export default function refuseStalePackages(): void {
  const lock = readFileSync(join(root, "package-lock.json"));
  if (stamp() !== createHash("sha256").update(lock).digest("hex")) {
    throw new Error(
      "node_modules is not of this package-lock.json. To install it: npm test -- unit",
    );
  }
}

function stamp(): string {
  try {
    return readFileSync(join(root, "node_modules", ".kalisi-lock"), "utf8");
  } catch {
    return "";
  }
}
