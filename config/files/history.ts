import { existsSync } from "node:fs";
import { join, relative, sep } from "node:path";
import type { LabelOf } from "../cross-checks";
import type { Problem } from "../errors";
import type { StackConfig } from "../settings/schema";
import { setCommand } from "../settings/set-command";
import { ignoredByBuild } from "./build-context";
import { isSecretByName } from "./secret-names";
import { askClone, describeHistory, findRepository } from "./workspace-history";

const withoutHistory = `leave the history out of the workspace: ${setCommand(["source", "git"], "false")}`;

/**
 * Reads what the workspace's git history is made from, and what in it should not be published.
 *
 * @param root the project's root
 * @param appRoot the source tree's, relative to it
 * @returns undefined where the workspace gets none
 */
export function readHistory(
  root: string,
  appRoot: string | undefined,
  { source, image }: Pick<StackConfig, "source" | "image">,
  label: LabelOf,
  problems: Problem[],
  warnings: string[],
): string | undefined {
  if (!source.git || image.pull !== undefined || appRoot === undefined) {
    return undefined;
  }
  const repository = findRepository(root, appRoot);
  if (repository === undefined) {
    if (existsSync(join(root, source.path, ".git"))) {
      warnings.push(
        `${source.path}/.git leads to a repository elsewhere: the workspace gets no git history`,
      );
    }
    return undefined;
  }
  const history = describeHistory(repository);
  const files = filesIn(repository, image.publish.enabled);
  if (history === undefined || files === undefined) {
    problems.push({
      code: "KALISI-GIT-HISTORY",
      setting: label("source", "path"),
      value: source.path,
      problem: "git cannot read the history of its repository, or there is no commit yet",
      fix: `repair it, commit something, or ${withoutHistory}`,
    });
    return undefined;
  }
  const isIgnored = ignoredByBuild(root);
  const secrets = files
    .filter((name) => isSecretByName(name))
    .map((name) => relative(root, join(repository, name)).split(sep).join("/"))
    // Not those that the build is given on purpose.
    .filter((path) => isIgnored(path));
  if (secrets.length > 0 && image.publish.enabled) {
    problems.push({
      code: "KALISI-GIT-SECRETS",
      setting: label("image", "publish", "enabled"),
      value: "true",
      problem: `would publish the source tree's git history with files that usually hold secrets: ${listed(secrets)}`,
      fix: withoutHistory,
    });
  } else if (secrets.length > 0) {
    warnings.push(
      `git tracks files that usually hold secrets: ${listed(secrets)}. Whoever has the image can read them in the history of /workspace/source; to ${withoutHistory}`,
    );
  }
  return history;
}

/**
 * The paths of a repository's files, relative to it.
 *
 * @param ever also of those that were removed later, which the history keeps
 */
function filesIn(repository: string, ever: boolean): readonly string[] | undefined {
  const names = ever
    ? // With -c, what a merge itself has added as well.
      askClone(repository, "log", "-c", "--format=", "--name-only", "--no-renames", "-z", "HEAD")
    : askClone(repository, "ls-files", "-z");
  return names === undefined ? undefined : [...new Set(names.split(/[\0\n]/))].sort();
}

function listed(paths: readonly string[]): string {
  const shown = paths.slice(0, 5).join(", ");
  return paths.length > 5 ? `${shown} and ${paths.length - 5} more` : shown;
}
