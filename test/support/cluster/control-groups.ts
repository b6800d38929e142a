import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { runAsRoot } from "../e2e/network-namespace";

const controlGroups = "/sys/fs/cgroup";

/** Where the kernel's control groups are: one place, or one for each controller. */
function hierarchies(): readonly string[] {
  if (existsSync(join(controlGroups, "cgroup.controllers"))) return [controlGroups];
  return readdirSync(controlGroups)
    .map((name) => join(controlGroups, name))
    .filter((path) => existsSync(join(path, "cgroup.procs")));
}

/** @param name such as `/of/cluster/and/node` */
export function makeControlGroup(name: string): void {
  runAsRoot("mkdir", "-p", ...hierarchies().map((path) => join(path, name)));
}

/** Removes a group and those below it, all of them without processes, if it is there. */
export function removeControlGroup(name: string): void {
  const groups = hierarchies().map((path) => join(path, name));
  const left = groups.filter((path) => existsSync(path));
  if (left.length > 0) runAsRoot("find", ...left, "-depth", "-type", "d", "-delete");
}
