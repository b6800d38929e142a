import { existsSync, readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { writeMachineProfile, type MachineProfile } from "../../config/machine-profile";
import { stackConfigSchema, type StackConfig } from "../../config/settings/schema";
import { isThere } from "../../config/files/kept-settings";
import { findAppRoot } from "../../config/files/source-tree";
import { withoutPassword } from "../../config/quote";
import { checkRemote, git, impatient } from "../source/git";
import { restoreKept, settingsFiles } from "../source/keep-settings";
import { UserError } from "../user-error";
import { ensureEnvFile, settingsPath } from "./env-file";
import type { Report } from "./report";

type Source = StackConfig["source"];

const defaults: Source = stackConfigSchema.parse({}).source;
const examplePath = join("examples", "source");

/**
 * Ensures that the configured source tree is there, with its settings file: clones it on first use.
 * Where neither tree nor repository is set, and none can be cloned, the example is used instead.
 *
 * @param guard is asked before a settings file is made
 * @returns the profile with what was chosen
 */
export async function ensureSource(
  root: string,
  profile: MachineProfile,
  { source, envFile }: Pick<StackConfig, "source" | "envFile">,
  guard: (path: string) => Promise<void>,
  report: Report,
): Promise<MachineProfile> {
  const isChoice = source.path === defaults.path;
  const isNews = isChoice && profile.sourcePath === undefined;
  const path = await findOrClone(root, source, isChoice, isNews, report);
  putBackSettings(root, path, envFile, report);
  const settings = settingsPath(root, { source: { ...source, path }, envFile: undefined });
  if (envFile === undefined && settings !== undefined) {
    await ensureEnvFile(root, settings, guard, report);
  }
  if (!isChoice || profile.sourcePath === path) {
    return profile;
  }
  const chosen = { ...profile, sourcePath: path };
  writeMachineProfile(root, chosen);
  return chosen;
}

/** Puts back what an update of the tree that was killed has left put aside: {@link restoreKept}. */
export function putBackSettings(
  root: string,
  path: string,
  envFile: string | undefined,
  report: Report,
): void {
  const files = settingsFiles(root, path, envFile).map((file) => join(root, path, file));
  for (const file of restoreKept(files)) {
    const name = relative(root, file);
    report("Settings", name, "put back: an update of the source tree was interrupted");
  }
}

async function findOrClone(
  root: string,
  source: Source,
  isChoice: boolean,
  isNews: boolean,
  report: Report,
): Promise<string> {
  const { path, repository, ref } = source;
  if (findAppRoot(root, path) !== undefined) {
    if (isNews) {
      report("Source", path, "it exists");
    }
    return path;
  }
  if (!isEmpty(join(root, path))) {
    // The user's own folder: whoever reads the settings reports what is wrong with it.
    return path;
  }
  try {
    await clone(root, source);
    report("Source", path, `branch ${ref}, cloned from ${withoutPassword(repository)}`);
    return path;
  } catch (error) {
    if (!isChoice || repository !== defaults.repository || ref !== defaults.ref) {
      throw error;
    }
    report("Source", examplePath, `the example tree: ${repository} cannot be reached here`);
    return examplePath;
  }
}

async function clone(root: string, { path, repository, ref }: Source): Promise<void> {
  await checkRemote(repository, ref);
  const address = withoutPassword(repository);
  const args = ["clone", "--quiet", "--branch", ref, "--", repository, join(root, path)];
  await git([...impatient, ...args], `git clone ${address}`).catch((error: unknown) => {
    throw new UserError(
      "KALISI-SOURCE-REMOTE",
      `${(error as Error).message}\nNo source tree: branch ${ref} of ${address} could not be cloned. Set kalisi:source.repository and kalisi:source.ref, or clone it into ${path} yourself`,
    );
  });
}

/** Whether a tree can be cloned there: a link that leads nowhere may be to a disk that is not mounted. */
export function isEmpty(path: string): boolean {
  return (
    !isThere(path) ||
    (existsSync(path) && statSync(path).isDirectory() && readdirSync(path).length === 0)
  );
}
