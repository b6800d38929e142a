// tree.mjs FOLDER RULES LEAVE...: writes the files of FOLDER to standard output, as a compressed tar, but for those whose names
// usually belong to secrets. RULES are config/files/secret-names.ts's, as JSON; LEAVE are paths in FOLDER that are left out. Runs as kalisi, whose files they are: whatever a link leads to, it is nothing that kalisi may not read.
// The last line of standard error is what there was: {"files": ..., "bytes": ...}
import { spawn } from "node:child_process";
import { once } from "node:events";

const [folder, names, ...leave] = process.argv.slice(2);
const { copyMarks, rules } = JSON.parse(names);
const marks = copyMarks.map(([mark, kept]) => [new RegExp(mark, "i"), kept]);
const patterns = rules.map(({ isKept, pattern }) => ({
  isKept,
  pattern: new RegExp(pattern, "i"),
}));
const isSecret = (path) => {
  const original = marks.reduce((name, [mark, kept]) => name.replace(mark, kept), path);
  return patterns.findLast(({ pattern }) => pattern.test(original))?.isKept === false;
};

const pruned = ["./.kalisi-restore", ...leave.map((path) => `./${path}`)];
const find = spawn(
  "find",
  [".", "-xdev", "-mindepth", "1", "("]
    .concat(pruned.flatMap((path) => ["-path", path, "-o"]).slice(0, -1))
    .concat([")", "-prune", "-o", "!", "-type", "s", "-printf", "%s %p\\0"]),
  { cwd: folder, stdio: ["ignore", "pipe", "inherit"] },
);
const tar = spawn(
  "tar",
  // With the times in full: cargo compares them.
  ["--create", "--format=posix", "--pax-option=delete=atime,delete=ctime", "--no-recursion"]
    .concat(["--null", "--files-from=-", "--ignore-failed-read", "--warning=no-file-changed"])
    .concat(["--use-compress-program=gzip -1"]),
  { cwd: folder, stdio: ["pipe", "inherit", "inherit"] },
);
const ended = once(tar, "close");
tar.stdin.on("error", () => undefined);
let files = 0;
let bytes = 0;
let rest = "";
find.stdout.setEncoding("utf8");
for await (const text of find.stdout) {
  const lines = (rest + text).split("\0");
  rest = lines.pop();
  for (const line of lines) {
    const at = line.indexOf(" ");
    const path = line.slice(at + 1);
    if (isSecret(path.slice(2))) continue;
    files += 1;
    bytes += Number(line.slice(0, at));
    if (!tar.stdin.write(`${path}\0`)) await Promise.race([once(tar.stdin, "drain"), ended]);
  }
}
tar.stdin.end();
const [code] = await ended;
console.error(JSON.stringify({ files, bytes }));
// 1: a file has changed while it was read, or is gone, as files do whose users are at work.
process.exitCode = code === 1 ? 0 : (code ?? 1);
