import { execFileSync } from "node:child_process";

/** The processes that a process has started and that have started each other, whose name begins so; as `ps` has them now. */
export function descendants(pid: string, name: string): readonly string[] {
  const table = execFileSync("ps", ["-A", "-o", "pid=,ppid=,comm="], { encoding: "utf8" });
  const rows = table.split("\n").map((line) => line.trim().split(/\s+/));
  const below = (parent: string): readonly string[] =>
    rows.flatMap(([child = "", ppid, comm = ""]) =>
      ppid === parent && comm.startsWith(name) ? [child, ...below(child)] : [],
    );
  return below(pid);
}
