import type Docker from "dockerode";
import type { StackOption } from "../options";
import { openOnEngine, type OpenStack } from "../open-stack";
import { UserError } from "../user-error";
import { engineOf, inspect } from "./deployed";

interface FoundContainer {
  readonly container: Docker.Container;
  readonly name: string;
}

/** Opens a stack's container. */
export async function openContainer(
  root: string,
  options: StackOption,
): Promise<OpenStack & FoundContainer> {
  const opened = await openOnEngine(root, options);
  return { ...opened, ...(await containerOf(opened)) };
}

/** @throws UserError where a stack that is open has no container */
export async function containerOf({
  machine,
  stack,
  deployed,
}: OpenStack): Promise<FoundContainer> {
  const { container } = deployed;
  if (container === undefined) {
    throw new UserError(
      "KALISI-CONTAINER-MISSING",
      `Stack ${stack.name} has no container: npm start makes it`,
    );
  }
  const docker = engineOf(machine);
  if ((await inspect(docker, container)) === undefined) {
    throw new UserError(
      "KALISI-CONTAINER-MISSING",
      `The container ${container} is gone from ${machine.engine.uri}: npm start creates it again`,
    );
  }
  return { container: docker.getContainer(container), name: container };
}
