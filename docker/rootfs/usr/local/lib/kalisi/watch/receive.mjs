// receive.mjs: takes what is edited in the host's source tree on standard input, as npm run watch sends it, places it in
// the workspace, and has start.sh build and restart what it touches. One JSON value a line, in both directions.
//   in:   {"file": PATH, "program": BOOLEAN}, then {"data": BASE64} for each piece of it; {"link": PATH, "to": TEXT};
//         {"gone": PATH}; {"build": BOOLEAN} ends a batch: whether to build even if it has changed nothing
//   out:  {"files": {PATH: ID}} once; of a batch {"carried": [PATH], "conflicts": [PATH], "kept": [PATH]}, {"line": TEXT}
//         for each line of start.sh's, and as the last {"built": {"code": NUMBER, "seconds": NUMBER}}, {"idle": REASON}
//         or {"problem": TEXT}
import { spawn } from "node:child_process";
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { carry, isReachable, placedFiles, problemOf } from "./carry.mjs";

const [workspace = "/workspace", startStatus = "/run/kalisi/start-status"] = process.argv.slice(2);
const staging = mkdtempSync(join(tmpdir(), "kalisi-watch-"));
process.once("exit", () => rmSync(staging, { recursive: true, force: true }));

let isHeard = true;
const input = createInterface({ input: process.stdin });
// A build that has begun goes on to its end, for nobody: services that it restarts must not be left down.
for (const [of, event] of [
  [input, "close"],
  [process.stdout, "error"],
]) {
  of.on(event, () => {
    isHeard = false;
  });
}
function tell(message) {
  if (isHeard) process.stdout.write(`${JSON.stringify(message)}\n`);
}

let sent = new Map();
let problem;
/** The file whose pieces are being sent. */
let current;

function take({ file, link, gone, data, ...more }) {
  if (data !== undefined) {
    appendFileSync(current, data, "base64");
    return;
  }
  const path = file ?? link ?? gone;
  const isThere = gone === undefined;
  const isBehind = () => isThere && !isReachable(staging, path);
  const wrong = problemOf(path) ?? (isBehind() ? "is behind a link" : undefined);
  if (wrong !== undefined) throw new Error(`${path} ${wrong}: refused`);
  sent.set(path, isThere);
  if (!isThere) return;
  const staged = join(staging, path);
  mkdirSync(dirname(staged), { recursive: true });
  if (link !== undefined) symlinkSync(more.to, staged);
  if (file === undefined) return;
  writeFileSync(staged, "", { mode: more.program ? 0o755 : 0o644 });
  current = staged;
}

async function finish(build) {
  if (problem !== undefined) return { problem };
  const done = carry({ staging, workspace, sent });
  tell(done);
  if (done.carried.length === 0 && !build) return { idle: "unchanged" };
  // Empty: stopped inside, or never started.
  if (readFileSync(startStatus, "utf8").trim() === "") return { idle: "stopped" };
  return { built: await start() };
}

function start() {
  const began = performance.now();
  return new Promise((resolve) => {
    const child = spawn(join(workspace, "start.sh"), ["--daemon"], {
      cwd: workspace,
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on("line", (line) => tell({ line }));
    }
    const end = (code) => resolve({ code, seconds: (performance.now() - began) / 1000 });
    child.once("error", (error) => {
      tell({ line: `start.sh cannot be run: ${error.message}` });
      end(1);
    });
    child.once("close", (code) => end(code ?? 1));
  });
}

const reasonOf = ({ code, message }) =>
  code === "ENOSPC" ? "the disk is full" : message.split("\n")[0];

tell({ files: placedFiles(workspace) });
for await (const line of input) {
  const message = JSON.parse(line);
  if (message.build === undefined) {
    try {
      if (problem === undefined) take(message);
    } catch (error) {
      problem = reasonOf(error);
    }
    continue;
  }
  tell(await finish(message.build).catch((error) => ({ problem: reasonOf(error) })));
  sent = new Map();
  problem = undefined;
  rmSync(join(staging, "source"), { recursive: true, force: true });
}
