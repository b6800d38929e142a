import { homedir } from "node:os";
import { join } from "node:path";

/** What takes minutes to make and is the same for every clone on this machine: Pulumi, and compiled crates. */
export function machineCache(name: string): string {
  return join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "kalisi", name);
}
