import { existsSync } from "node:fs";
import { join } from "node:path";
import type { LabelOf } from "../cross-checks";
import type { Problem } from "../errors";
import type { StackConfig } from "../settings/schema";
import { setCommand } from "../settings/set-command";
import { describeHistory, findRepository } from "./workspace-history";

const withoutHistory = `leave the history out of the workspace: ${setCommand(["source", "git"], "false")}`;

/**
 * Reads what the workspace's git history is made from.
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
  if (history === undefined) {
    problems.push({
      setting: label("source", "path"),
      value: source.path,
      problem: "git cannot read the history of its repository, or there is no commit yet",
      fix: `repair it, commit something, or ${withoutHistory}`,
    });
    return undefined;
  }
  return history;
}
