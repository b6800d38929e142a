import type Docker from "dockerode";
import { containerStatus, type ContainerStatus } from "./container-status";
import { askInside, type Inside } from "./inside";
import { measureUsage, type Usage } from "./usage";

/** How a container is at this moment; what only a running one has is unset of another one. */
export interface Now {
  readonly container: ContainerStatus;
  readonly inside: Inside | undefined;
  readonly usage: Usage | undefined;
}

/** Looks how a container is. */
export async function lookNow(docker: Docker, name: string): Promise<Now> {
  const found = await containerStatus(docker, name);
  if (found.uptimeSeconds === undefined) {
    return { container: found, inside: undefined, usage: undefined };
  }
  const [inside, usage] = await Promise.all([
    askInside(docker.getContainer(name)),
    measureUsage(docker, name),
  ]);
  return { container: { ...found, health: healthNow(found, inside) }, inside, usage };
}

/** The Engine's word is of its last check; the services' own is of now. */
function healthNow({ health, isAutoStarted }: ContainerStatus, inside: Inside): string {
  if (inside.services.length === 0) {
    return health;
  }
  const isWell =
    inside.problems.length === 0 &&
    inside.services.every(
      ({ state }) => state === "healthy" || (state === "off" && isAutoStarted !== true),
    );
  if (isWell) {
    return "healthy";
  }
  return health === "healthy" ? "unhealthy" : health;
}
