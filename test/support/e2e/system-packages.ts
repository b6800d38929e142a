import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runAsRoot } from "./network-namespace";

/**
 * Has Debian's packages installed where a program is missing that a test needs. Test files run side by side, and apt-get
 * does not wait for another one that fetches its lists.
 */
export function ensureProgram(path: string, ...packages: readonly string[]): void {
  if (isThere(path)) return;
  const install = `apt-get update -qq && apt-get install -y -qq --no-install-recommends ${packages.join(" ")}`;
  const lock = join(tmpdir(), "kalisi-apt-get.lock");
  runAsRoot("env", "DEBIAN_FRONTEND=noninteractive", "flock", lock, "sh", "-c", install);
}

function isThere(path: string): boolean {
  try {
    execFileSync("sh", ["-c", 'command -v "$0"', path]);
    return true;
  } catch {
    return false;
  }
}
