import type Docker from "dockerode";
import type { Settings } from "../../config/resolve-settings";
import type { StackOption } from "../options";
import { openOnEngine } from "../stack";
import { UserError } from "../user-error";
import type { Machine } from "../setup";
import { engineOf, inspect } from "./deployed";

/** Opens a stack's container. */
export async function openContainer(
  root: string,
  options: StackOption,
): Promise<{
  readonly machine: Machine;
  readonly container: Docker.Container;
  readonly name: string;
  readonly settings: Settings;
}> {
  const { machine, stack, deployed, settings } = await openOnEngine(root, options);
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
  return { machine, container: docker.getContainer(container), name: container, settings };
}
