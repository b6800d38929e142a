import { execFile } from "node:child_process";
import { delimiter } from "node:path";
import { promisify } from "node:util";
import {
  clusterProviderType,
  containerType,
  imageType,
  networkType,
  statefulSetType,
  volumeType,
} from "../resource-types";
import { readStateFile, type StateResource } from "./state-file";

/** What is there according to a stack's state. */
export interface Deployed {
  /** The Engine that it is on. */
  readonly host?: string;
  /** The container's name. */
  readonly container?: string;
  /** Where in a cluster its pod is declared. */
  readonly cluster?: { readonly context: string; readonly namespace: string };
  /** The ids of all containers and networks, of those too that are to be deleted yet. */
  readonly ids: readonly string[];
  readonly volumes: readonly string[];
  /** The image that it has built; unset where it was pulled, or none was built yet. */
  readonly image?: BuiltImage;
}

/** An image that a stack has built. */
export interface BuiltImage {
  /** @example "sha256:0123..." */
  readonly id: string;
  /** What the stack itself calls it: its tag, and what it is published as. */
  readonly names: readonly string[];
}

const withIds = [containerType, networkType];

/** Finds in a state what is on an Engine. */
export function deployedIn(all: readonly StateResource[]): Deployed {
  const resources = all.filter((resource) => resource.delete !== true);
  const texts = (type: string, output: string) =>
    resources.flatMap(({ type: found, outputs }) => {
      const value = outputs?.[output];
      return found === type && typeof value === "string" ? [value] : [];
    });
  const [host] = texts("pulumi:providers:docker", "host");
  const [container] = texts(containerType, "name");
  return {
    ...(host === undefined ? {} : { host }),
    ...(container === undefined ? {} : { container }),
    ...clusterIn(resources),
    ids: all.flatMap(({ type, id }) => (withIds.includes(type) ? (id ?? []) : [])),
    volumes: texts(volumeType, "name"),
    ...imageIn(texts),
  };
}

function clusterIn(resources: readonly StateResource[]): Pick<Deployed, "cluster"> {
  const outputsOf = (type: string) => resources.find((each) => each.type === type)?.outputs;
  const { namespace } = (outputsOf(statefulSetType)?.["metadata"] ?? {}) as Record<string, unknown>;
  const context = outputsOf(clusterProviderType)?.["context"];
  return typeof namespace === "string" && typeof context === "string"
    ? { cluster: { context, namespace } }
    : {};
}

/** What is published is a second resource, which has the registry's digest in place of the id. */
function imageIn(
  texts: (type: string, output: string) => readonly string[],
): Pick<Deployed, "image"> {
  const id = texts(imageType, "repoDigest").find((each) => imageId.test(each));
  return id === undefined ? {} : { image: { id, names: texts(imageType, "imageName") } };
}

/** How an Engine calls an image, whatever its names are. */
export const imageId = /^sha256:[0-9a-f]{64}$/;

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
