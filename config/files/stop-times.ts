import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Problem } from "../errors";
import { setCommand } from "../settings/set-command";
import type { Seconds } from "../settings/units";

/** What a stop keeps for the end, after the services, in seconds: docker/rootfs/usr/local/lib/kalisi/shutdown. */
const end = 3;

/**
 * Finds a time that is too short for the services to stop one after the other, as they do.
 *
 * @param root the project's root
 * @param setting the setting as its user would type it
 */
export function checkStopTime(root: string, stop: Seconds, setting: string): readonly Problem[] {
  const table = "docker/rootfs/etc/kalisi/services.table";
  const milliseconds = readFileSync(join(root, table), "utf8")
    .split("\n")
    .map((line) => Number(/^[a-z]\S*\s+\S+\s+(\d+)/.exec(line)?.[1] ?? 0));
  const services = Math.ceil(milliseconds.reduce((sum, each) => sum + each, 0) / 1000);
  const least = services + end;
  return stop >= least
    ? []
    : [
        {
          code: "KALISI-SETTING-STOP-TIME",
          setting,
          value: String(stop),
          problem: `is too short: the services may take ${services} s to stop one after the other (${table}), and the rest ${end} s`,
          fix: `set ${least} at least: ${setCommand(["timeouts", "stopSeconds"], "90")}`,
        },
      ];
}
