import { execFile } from "node:child_process";
import { delimiter } from "node:path";
import { promisify } from "node:util";
import { readStateFile, type StateResource } from "./state-file";

/** What is there according to a stack's state. */
export interface Deployed {
  /** The Engine that it is on. */
  readonly host?: string;
  /** The container's name. */
  readonly container?: string;
  /** The ids of all containers and networks, of those too that are to be deleted yet. */
  readonly ids: readonly string[];
  readonly volumes: readonly string[];
}

const withIds = ["docker:index/container:Container", "docker:index/network:Network"];

/** Finds in a state what is on an Engine. */
export function deployedIn(all: readonly StateResource[]): Deployed {
  const resources = all.filter((resource) => resource.delete !== true);
  const texts = (type: string, output: string) =>
    resources.flatMap(({ type: found, outputs }) => {
      const value = outputs?.[output];
      return found === type && typeof value === "string" ? [value] : [];
    });
  const [host] = texts("pulumi:providers:docker", "host");
  const [container] = texts("docker:index/container:Container", "name");
  return {
    ...(host === undefined ? {} : { host }),
    ...(container === undefined ? {} : { container }),
    ids: all.flatMap(({ type, id }) => (withIds.includes(type) ? (id ?? []) : [])),
    volumes: texts("docker:index/volume:Volume", "name"),
  };
}

/** The words after `pulumi` that write a stack's state to stdout. Its secrets stay encrypted. */
export function exportOf(stack: string): string[] {
  return ["stack", "export", "--stack", stack, "--non-interactive"];
}

/** The resources of what {@link exportOf} writes. */
export function resourcesOf(exported: string): readonly StateResource[] {
  const { deployment } = JSON.parse(exported) as {
    // Null until the stack's first update.
    readonly deployment: { readonly resources?: readonly StateResource[] } | null;
  };
  return deployment?.resources ?? [];
}

/**
 * What a stack's state holds since the last update, for the program itself. Pulumi's engine would answer as
 * well, but only through a provider that it then records as a resource of the stack.
 *
 * @param bin where set-up has put Pulumi, should it not be on PATH
 * @returns undefined where the state cannot be read
 */
export async function readState(
  root: string,
  stack: string,
  bin: string | undefined,
): Promise<Deployed | undefined> {
  const known = readStateFile(root, stack, process.env);
  if (known !== undefined) {
    return deployedIn(known);
  }
  const path = [process.env["PATH"], bin].filter(Boolean).join(delimiter);
  try {
    const { stdout } = await promisify(execFile)("pulumi", exportOf(stack), {
      cwd: root,
      env: { ...process.env, PATH: path },
      maxBuffer: largestState,
    });
    return deployedIn(resourcesOf(stdout));
  } catch {
    return undefined;
  }
}

const largestState = 64 * 1024 * 1024;
