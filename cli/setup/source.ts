import { join } from "node:path";
import { findAppRoot } from "../../config/source-tree";
import { run } from "../process";
import type { Report } from "./report";

const repository = "https://github.com/littleredshack/kalisi.git";
const clonePath = "source";
const examplePath = join("examples", "source");

/** Finds the source tree: the user's clone, else a new one, else the example. */
export async function ensureSource(root: string, report: Report): Promise<string> {
  if (findAppRoot(root, clonePath) !== undefined) {
    report("Source", clonePath, "it is there");
    return clonePath;
  }
  try {
    await run("git", ["clone", "--quiet", repository, join(root, clonePath)], {
      // Without a terminal to ask on, a repository that is not public fails at once.
      env: { ...process.env, GIT_TERMINAL_PROMPT: "0" },
      label: `git clone ${repository}`,
    });
    report("Source", clonePath, `cloned from ${repository}`);
    return clonePath;
  } catch {
    report("Source", examplePath, `the example tree: ${repository} cannot be reached here`);
    return examplePath;
  }
}
