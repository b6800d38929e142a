import type Docker from "dockerode";
import type { StackOption } from "../options";
import { openOnEngine, type OpenStack } from "../open-stack";
import { UserError } from "../user-error";
import { engineOf, inspect } from "./deployed";

/** Opens a stack's container. */
export async function openContainer(
  root: string,
  options: StackOption,
): Promise<
  OpenStack & {
    readonly container: Docker.Container;
    readonly name: string;
  }
> {
  const opened = await openOnEngine(root, options);
  const { machine, stack, deployed } = opened;
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
  return { ...opened, container: docker.getContainer(container), name: container };
}
