import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** Where Pulumi.yaml has the state kept: https://github.com/pulumi/pulumi/tree/master/pkg/backend/diy */
export function backendFolder(root: string): string {
  return join(root, ".pulumi-state", ".pulumi");
}

/** The names of the project's stacks, without Pulumi. */
export function localStackNames(root: string): readonly string[] {
  const folder = join(backendFolder(root), "stacks", "kalisi");
  return existsSync(folder)
    ? readdirSync(folder).flatMap((file) => /^(.+)\.json$/.exec(file)?.[1] ?? [])
    : [];
}
