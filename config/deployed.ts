import * as pulumi from "@pulumi/pulumi";

/** What a stack's state says is there. */
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

/**
 * What the state of the running program's own stack says, as the last update has left it. Pulumi's engine
 * answers this itself, without a resource and without a lock.
 *
 * @returns nothing where the engine cannot tell
 */
export async function readOwnState(): Promise<Deployed> {
  try {
    const stackName = [pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack()].join("/");
    const { outputs } = (await pulumi.runtime.invoke("pulumi:pulumi:readStackResourceOutputs", {
      stackName,
    })) as { readonly outputs: Readonly<Record<string, StateResource>> };
    return deployedIn(Object.values(outputs));
  } catch {
    return { volumes: [] };
  }
}
