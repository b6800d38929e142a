// template.mjs TEMPLATE MANIFEST WORKSPACE: the workspace gets what the image ships. On the first start
// that is everything; after a new image, only files which the user has not touched since they were
// put there. What was touched stays, and is listed. A manifest is sha256sum's output, as written by
// build/manifest.sh; the workspace keeps the one it was last filled from.
import { createHash } from "node:crypto";
import {
  copyFileSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";

const [template, manifestFile, workspace] = process.argv.slice(2);
const keptFile = join(workspace, ".kalisi/template.manifest");
const conflictsFile = join(workspace, ".kalisi/conflicts");

const parse = (text) =>
  new Map(
    text
      .split("\n")
      .filter(Boolean)
      .map((line) => [line.slice(66), line.slice(0, 64)]),
  );

const wantedText = readFileSync(manifestFile, "utf8");
const keptText = existsSync(keptFile) ? readFileSync(keptFile, "utf8") : undefined;
if (wantedText === keptText) process.exit(0);

const wanted = parse(wantedText);
const kept = parse(keptText ?? "");

function hashOf(path) {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return undefined;
  return stat.isFile()
    ? createHash("sha256").update(readFileSync(path)).digest("hex")
    : "not a file";
}

/** Beside the target first: an interrupted copy must never pass for a whole file. */
function place(path) {
  const target = join(workspace, path);
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(join(template, path), `${target}.kalisi-new`);
  renameSync(`${target}.kalisi-new`, target);
}

const conflicts = [];
let placed = 0;
for (const [path, hash] of wanted) {
  const have = hashOf(join(workspace, path));
  if (have === hash) continue;
  const untouched = have === kept.get(path); // both undefined: the file is new
  if (untouched) {
    place(path);
    placed += 1;
  } else if (kept.get(path) !== hash) {
    conflicts.push(path);
  }
}
for (const [path, hash] of kept) {
  if (!wanted.has(path) && hashOf(join(workspace, path)) === hash) rmSync(join(workspace, path));
}
// Folders of the template may be empty; and its git history is copied whole, once.
for (const folder of ["bin", "runtime/certs", "runtime/config", "runtime/frontend/dist"]) {
  mkdirSync(join(workspace, folder), { recursive: true });
}
const history = join(template, "source/.git");
if (keptText === undefined && existsSync(history) && !existsSync(join(workspace, "source/.git"))) {
  cpSync(history, join(workspace, "source/.git"), { recursive: true });
}

writeFileSync(conflictsFile, conflicts.map((path) => `${path}\n`).join(""));
writeFileSync(`${keptFile}.new`, wantedText);
renameSync(`${keptFile}.new`, keptFile); // last: until now the work counts as not done
console.log(`prepare: ${placed} files of the image's template put into ${workspace}`);
if (conflicts.length > 0) {
  console.log(
    `prepare: ${conflicts.length} files differ from the new image but were changed here, so they stay: see ${conflictsFile}`,
  );
}
