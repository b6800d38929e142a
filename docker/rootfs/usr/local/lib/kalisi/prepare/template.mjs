// template.mjs TEMPLATE MANIFEST WORKSPACE: updates the workspace to what the image ships. On the first start
// that is everything; after a new image, the files that the user has not touched since they were put there.
// Files that were touched stay; those that the image has changed as well are listed. Nothing is reset. A run
// that was interrupted is finished by the next one, because the state is written last.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { openOnHost, readListed, writeConflicts } from "./conflicts.mjs";
import { apply, checkSpace, weigh } from "./files.mjs";
import { PARTS, partOf, productsOf } from "./products.mjs";
import { openRepository } from "./repository.mjs";
import { forgetHost, readState, writeState } from "./state.mjs";

const [template, manifestFile, workspace] = process.argv.slice(2);
// Folders of the template may be empty, and a manifest does not list these.
const FOLDERS = [
  "bin",
  "runtime/certs",
  "runtime/config",
  "runtime/frontend/dist",
  ".kalisi/stamps",
];

function bringUp() {
  const manifest = readFileSync(manifestFile, "utf8");
  const image = createHash("sha256").update(manifest).digest("hex");
  const state = readState(workspace);
  if (state.image === image && state.open === 0) return;

  const onHost = openOnHost(workspace, state);
  const wanted = JSON.parse(manifest);
  const job = {
    template,
    workspace,
    wanted: new Map(Object.entries(wanted.files)),
    bases: new Map(Object.entries(state.files)),
  };
  // As long as the image is the one that made the list, a conflict whose line the user removed is settled.
  const listed = state.image === image ? readListed(workspace) : undefined;
  const settled = (key) => listed !== undefined && !listed.has(key);
  // What npm run watch has brought is newer than the image that it was brought to.
  const carried = new Set(state.image === image ? state.carried : []);
  const conflicts = new Map(state.image === image ? onHost.map((path) => [path, path]) : []);
  const files = new Map(job.bases);
  const keep = (plan) => {
    for (const path of plan.conflicts) {
      if (settled(path)) files.set(path, job.wanted.get(path));
      else conflicts.set(path, path);
    }
  };
  let changed = 0;
  const carryOut = (plan) => {
    changed += apply(job, plan, files);
  };

  checkSpace(job);
  for (const folder of FOLDERS) mkdirSync(join(workspace, folder), { recursive: true });

  const repository = openRepository({ template, workspace, wanted, state });
  const known = [...job.wanted.keys(), ...job.bases.keys()];
  const paths = new Set(known.filter((path) => !carried.has(path)));
  const inSource = (path) => path.startsWith("source/");
  const others = [...paths].filter((path) => !inSource(path) && partOf(path) === undefined);
  const rest = weigh(job, others);
  keep(rest);
  carryOut(rest);

  const source = repository.follows
    ? weigh(
        job,
        new Set([
          ...[...paths].filter(inSource),
          ...repository.tracked.filter((path) => !carried.has(path)),
        ]),
        repository.isClean,
      )
    : undefined;
  // A tree between two commits is of use to nobody, so all of it moves or nothing.
  if (source && repository.moves && source.conflicts.length > 0) repository.hold(source.conflicts);
  if (repository.held !== undefined) {
    if (!settled("source/")) conflicts.set("source/", `source/: ${repository.held}`);
  } else if (source) {
    keep(source);
    carryOut(source);
  } else {
    for (const path of [...paths].filter(inSource)) {
      if (job.wanted.has(path)) files.set(path, job.wanted.get(path));
      else files.delete(path);
    }
  }
  const commit = repository.finish();

  for (const part of PARTS) {
    const products = productsOf(job, part);
    if (products === undefined) continue;
    keep(products);
    carryOut(products);
  }

  writeConflicts(workspace, template, conflicts);
  if (state.image !== image) forgetHost(workspace);
  writeState(workspace, {
    image,
    open: conflicts.size,
    ...commit,
    ...(carried.size > 0 ? { carried: [...carried] } : {}),
    files: Object.fromEntries(files),
  });
  if (changed > 0) console.log(`prepare: ${changed} files of ${workspace} brought up to the image`);
  if (conflicts.size > 0) {
    console.log(
      `prepare: yours is kept where the image has a newer version, too: ${conflicts.size} in ${workspace}/.kalisi/conflicts, which says what to do`,
    );
  }
}

try {
  bringUp();
} catch (error) {
  const reason = error.code === "ENOSPC" ? "the disk is full" : error.message.split("\n")[0];
  // A workspace that was filled once works as it is, and whoever has to repair it needs SSH.
  const filled = ["start.sh", ".kalisi/template.state"].some((path) =>
    existsSync(join(workspace, path)),
  );
  const what = filled
    ? "not brought up to the image, tried again at the next start"
    : "cannot be filled from the image";
  console.error(`prepare: ${workspace} ${what}: ${reason}`);
  process.exit(filled ? 0 : 1);
}
