// Lists what a folder contains, by content, so that a later image can tell what a user has changed.
//   node manifest.mjs template FOLDER        of a whole template, with the commit of its source tree
//   node manifest.mjs list FOLDER PATH...    of these files and folders in it
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, lstatSync, readFileSync, readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * A file's content and whether it can be executed, or where a link leads, in one word. Undefined if
 * there is nothing. Other bits of the mode come from the umask and are not an edit.
 */
export function identify(path) {
  try {
    const stat = lstatSync(path);
    const digest = (content) => createHash("sha256").update(content).digest("hex");
    if (stat.isSymbolicLink()) return `link:${digest(readlinkSync(path))}`;
    if (!stat.isFile()) return "neither file nor link";
    return `${stat.mode & 0o100 ? "program" : "file"}:${digest(readFileSync(path))}`;
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    // Something else is in the way, which no image put there.
    return `unreadable: ${error.code}`;
  }
}

/** Every file and link below the paths. Git's own files are left out: they change by being used. */
export function list(folder, paths) {
  const files = {};
  const visit = (path) => {
    const stat = lstatSync(join(folder, path), { throwIfNoEntry: false });
    if (stat === undefined || path === "source/.git") return;
    if (!stat.isDirectory()) {
      files[path] = identify(join(folder, path));
      return;
    }
    for (const name of readdirSync(join(folder, path)).sort()) {
      visit(path === "." ? name : `${path}/${name}`);
    }
  };
  paths.forEach(visit);
  return files;
}

function template(folder) {
  const source = join(folder, "source");
  const files = list(folder, ["."]);
  if (!existsSync(join(source, ".git"))) return { files };
  const git = (...args) =>
    execFileSync("git", ["-c", "safe.directory=*", "-C", source, ...args], {
      encoding: "utf8",
    }).trim();
  const branch = git("rev-parse", "--symbolic-full-name", "HEAD");
  return { commit: git("rev-parse", "HEAD"), ...(branch === "HEAD" ? {} : { branch }), files };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [action, folder, ...paths] = process.argv.slice(2);
  const manifest = action === "template" ? template(folder) : { files: list(folder, paths) };
  console.log(JSON.stringify(manifest, null, 1));
}
