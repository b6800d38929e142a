import { execFile } from "node:child_process";
import { delimiter } from "node:path";
import { promisify } from "node:util";

/** What is there according to a stack's state. */
export interface Deployed {
  /** The Engine that it is on. */
  readonly host?: string;
  /** The container's name. */
  readonly container?: string;
  readonly volumes: readonly string[];
}

/** A resource of a state, as far as it matters here. */
export interface StateResource {
  readonly type: string;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** Finds in a state what is on an Engine. */
export function deployedIn(resources: readonly StateResource[]): Deployed {
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
    volumes: texts("docker:index/volume:Volume", "name"),
  };
}

/** The words after `pulumi` that write a stack's state to stdout. Its secrets stay encrypted. */
export function exportOf(stack: string): string[] {
  return ["stack", "export", "--stack", stack, "--non-interactive"];
}

/** The resources of what {@link exportOf} writes, without those that are to be deleted yet. */
export function resourcesOf(exported: string): readonly StateResource[] {
  const { deployment } = JSON.parse(exported) as {
    readonly deployment: {
      readonly resources?: readonly (StateResource & { readonly delete?: boolean })[];
    };
  };
  return (deployment.resources ?? []).filter((resource) => resource.delete !== true);
}

/**
 * What a stack's state holds since the last update, for the program itself. Pulumi's engine would answer as
 * well, but only through a provider that it then records as a resource of the stack.
 *
 * @param bin where set-up has put Pulumi, should it not be on PATH
 * @returns nothing where the state cannot be read
 */
export async function readState(
  root: string,
  stack: string,
  bin: string | undefined,
): Promise<Deployed> {
  const path = [process.env["PATH"], bin].filter(Boolean).join(delimiter);
  try {
    const { stdout } = await promisify(execFile)("pulumi", exportOf(stack), {
      cwd: root,
      env: { ...process.env, PATH: path },
      maxBuffer: largestState,
    });
    return deployedIn(resourcesOf(stdout));
  } catch {
    return { volumes: [] };
  }
}

const largestState = 64 * 1024 * 1024;
