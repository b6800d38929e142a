import { existsSync, readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { z } from "zod";

/** A resource of a state, as far as it matters here. */
export interface StateResource {
  readonly type: string;
  readonly id?: string | undefined;
  /** What the program declared. */
  readonly inputs?: Readonly<Record<string, unknown>> | undefined;
  readonly outputs?: Readonly<Record<string, unknown>> | undefined;
  /** Whether it was replaced, and is to be deleted yet. */
  readonly delete?: boolean | undefined;
}

const resources = z
  .array(
    z.looseObject({
      type: z.string(),
      id: z.string().optional(),
      inputs: z.record(z.string(), z.unknown()).optional(),
      outputs: z.record(z.string(), z.unknown()).optional(),
      delete: z.boolean().optional(),
    }),
  )
  .optional();

/** https://github.com/pulumi/pulumi/blob/master/sdk/go/common/apitype/core.go, VersionedCheckpoint */
const fileSchema = z.object({
  version: z.literal(3),
  checkpoint: z.object({ latest: z.object({ resources }).nullish() }),
});

/** Whether all of a file of the backend's is there, which are objects in JSON; of what form, no matter. */
export function isWhole(text: string): boolean {
  try {
    return typeof (JSON.parse(text) as unknown) === "object";
  } catch {
    return false;
  }
}

/**
 * Whether all of a stack's file is there, of whichever version: Pulumi takes one without a checkpoint for a stack that has
 * nothing, https://github.com/pulumi/pulumi/issues/4955.
 */
export function isWholeState(text: string): boolean {
  return isWhole(text) && z.object({ checkpoint: z.object() }).safeParse(JSON.parse(text)).success;
}

/** As Pulumi.yaml has it. */
export const projectName = "kalisi";
const projectBackend = ".pulumi-state";

/**
 * Where the state is, if it is in a folder: https://github.com/pulumi/pulumi/tree/master/pkg/backend/diy
 *
 * @param root the project's root
 * @param environment may name another backend
 */
export function stateFolder(root: string, environment: NodeJS.ProcessEnv): string | undefined {
  const backend = environment["PULUMI_BACKEND_URL"] ?? "";
  const [, path] = /^file:\/\/([^?]*)/.exec(backend) ?? [];
  if (backend !== "" && (path === undefined || /%(?![\da-f]{2})/i.test(path))) {
    return undefined;
  }
  const folder = decodeURIComponent(path ?? projectBackend).replace(/^~(?=\/|$)/, homedir());
  return join(resolve(root, folder), ".pulumi");
}

/**
 * The file of a stack's state.
 *
 * @param folder where the state is: {@link stateFolder}
 * @param stack its name, or with the owner and the project before it
 */
export function stateFileOf(folder: string, stack: string): string {
  return join(stacksFolder(folder), `${baseName(stack)}.json`);
}

export function stacksFolder(folder: string): string {
  return join(folder, "stacks", projectName);
}

/** The names of the project's stacks, where their state is in a folder: without Pulumi. */
export function stackNames(root: string, environment: NodeJS.ProcessEnv): readonly string[] {
  const folder = stateFolder(root, environment);
  const stacks = folder === undefined ? "" : stacksFolder(folder);
  return existsSync(stacks)
    ? readdirSync(stacks).flatMap((file) => /^(.+)\.json$/.exec(file)?.[1] ?? [])
    : [];
}

/**
 * Where a stack's locks are, one file each.
 *
 * @param stack its name, or with the owner and the project before it
 * @returns undefined where the state is not in a folder
 */
export function lockFolder(
  root: string,
  stack: string,
  environment: NodeJS.ProcessEnv,
): string | undefined {
  const folder = stateFolder(root, environment);
  return folder && join(folder, "locks", "organization", projectName, baseName(stack));
}

function baseName(stack: string): string {
  return stack.split("/").at(-1) ?? stack;
}

/**
 * Reads a state where the project's own backend, a folder, keeps it. To ask Pulumi for it takes 0.2 s.
 *
 * @param root the project's root
 * @param environment may name another backend
 * @returns undefined where Pulumi must be asked: the state is elsewhere, or in another form than this knows
 */
export function readStateFile(
  root: string,
  stack: string,
  environment: NodeJS.ProcessEnv,
): readonly StateResource[] | undefined {
  const folder = stateFolder(root, environment);
  if (folder === undefined) {
    return undefined;
  }
  // In the project's own, Pulumi would begin a state when asked, though a question is to change nothing.
  if (!environment["PULUMI_BACKEND_URL"] && !existsSync(folder)) {
    return [];
  }
  try {
    const file = readFileSync(stateFileOf(folder, stack), "utf8");
    return fileSchema.parse(JSON.parse(file)).checkpoint.latest?.resources ?? [];
  } catch {
    return undefined;
  }
}
