import type { Stack } from "@pulumi/pulumi/automation";
import type Docker from "dockerode";
import { dockerClient } from "../../config/docker-host";
import { findTools, type Machine } from "../setup";
import { openStack, type StackOption } from "../stack";
import { UserError } from "../user-error";

/** What a stack's state says is there. */
export interface Deployed {
  /** The container's name. */
  readonly container?: string;
  readonly volumes: readonly string[];
  /** Where it is reached. */
  readonly addresses: { readonly url?: string; readonly ssh?: string };
}

interface Resource {
  readonly type: string;
  readonly outputs?: {
    readonly name?: string;
    readonly url?: string;
    readonly ssh?: string;
  };
}

/** Reads what a stack's last update has left. */
export async function readDeployed(stack: Stack): Promise<Deployed> {
  const exported = await stack.exportStack();
  const { resources = [] } = exported.deployment as { resources?: readonly Resource[] };
  const ofType = (type: string) =>
    resources.filter((resource) => resource.type === type).map(({ outputs }) => outputs ?? {});
  const { name } = ofType("docker:index/container:Container")[0] ?? {};
  const { url, ssh } = ofType("pulumi:pulumi:Stack")[0] ?? {};
  return {
    ...(name === undefined ? {} : { container: name }),
    volumes: ofType("docker:index/volume:Volume").flatMap((volume) => volume.name ?? []),
    addresses: {
      ...(url === undefined ? {} : { url }),
      ...(ssh === undefined ? {} : { ssh }),
    },
  };
}

/** Opens a stack's container. */
export async function openContainer(
  root: string,
  options: StackOption,
): Promise<{ readonly docker: Docker; readonly container: Docker.Container }> {
  const machine = await findTools(root, { redo: false });
  const stack = await openStack(root, machine, options);
  const { container } = await readDeployed(stack);
  if (container === undefined) {
    throw new UserError(`Stack ${stack.name} has no container: npm start makes it`);
  }
  const docker = engineOf(machine);
  if ((await inspect(docker, container)) === undefined) {
    throw new UserError(`The container ${container} is gone: npm start makes it anew`);
  }
  return { docker, container: docker.getContainer(container) };
}

export function engineOf(machine: Machine): Docker {
  return dockerClient(machine.engine.uri);
}

/** How a container is, if it is there. */
export async function inspect(
  docker: Docker,
  container: string,
): Promise<Docker.ContainerInspectInfo | undefined> {
  try {
    return await docker.getContainer(container).inspect();
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) {
      return undefined;
    }
    throw error;
  }
}
