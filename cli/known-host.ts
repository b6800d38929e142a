import { homedir } from "node:os";
import { join } from "node:path";
import { quoted } from "../config/quote";
import { run } from "./process";

/**
 * What to tell whoever has logged in before at a port of this machine, where the host keys are going to be others:
 * ssh would refuse them.
 *
 * @param file what ssh knows of hosts
 */
export async function adviseOnHostKeys(
  port: number,
  file: string = join(homedir(), ".ssh", "known_hosts"),
): Promise<readonly string[]> {
  const host = `[127.0.0.1]:${port}`;
  return run("ssh-keygen", ["-f", file, "-F", host]).then(
    () => [
      `The next start makes other host keys. For your ssh to take them: ssh-keygen -R ${quoted(host)}`,
    ],
    () => [],
  );
}
