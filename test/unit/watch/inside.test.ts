import { spawnSync } from "node:child_process";
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { useFolder, writeText } from "../../support/files";

// ./start.sh --watch, with a start that does nothing, and edits from standard input.
const script = join(__dirname, "../../../docker/rootfs/usr/local/lib/kalisi/ctl/watch.sh");
const folder = useFolder();

function follow(edits: string): readonly string[] {
  const start = join(folder, "ctl/start");
  writeText(start, '#!/bin/sh\necho "start $1"\nexit 1\n');
  writeText(join(folder, "source/b"), "");
  chmodSync(start, 0o755);
  const functions = "say() { echo $*; }; die() { say $*; exit 1; }";
  const names = `LIB=${folder} WORKSPACE=${folder} TREE=/tree`;
  const line = `set -euo pipefail; ${functions}; ${names}; . ${script}; follow_edits`;
  const { status, stdout } = spawnSync("bash", ["-c", line], { input: edits, encoding: "utf8" });
  expect(status).toBe(1);
  return stdout.trimEnd().split("\n");
}

const waiting = "waiting for the next edit of /tree; Ctrl-C leaves the services running";

test("many edits at once are one start, also after one that has failed, and the last that is there is named", () => {
  const edits = ["a~", "b", "a~"].map((name) => `${folder}/source/${name}\n`);
  expect(follow(edits.join("").repeat(1000))).toStrictEqual([
    ...["start --daemon", waiting, "edited: source/b"],
    ...["start --daemon", waiting, "nothing is watched any more"],
  ]);
});

test("where nothing can be watched, as at a limit of the kernel, it ends in words", () => {
  expect(follow("")).toStrictEqual(["start --daemon", waiting, "nothing is watched any more"]);
});
