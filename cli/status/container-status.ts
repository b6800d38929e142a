import type Docker from "dockerode";
import { inspect } from "../container/deployed";

/** How a stack's container is, as the Engine sees it. */
export interface ContainerStatus {
  readonly name: string;
  /** `healthy`, `unhealthy`, `starting`; else the container's own state, or `not there`. */
  readonly health: string;
  readonly uptimeSeconds?: number;
  /** Whether its services are meant to be up, or wait for start.sh. */
  readonly isAutoStarted?: boolean;
  /** The id of the image that it runs. */
  readonly image?: string;
  /** Its labels: the revision and source revision that it was built from, among others. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** Asks the Engine how a container is. */
export async function containerStatus(docker: Docker, name: string): Promise<ContainerStatus> {
  const found = await inspect(docker, name);
  if (found === undefined) {
    return { name, health: "not there" };
  }
  const { State, Image, Config } = found;
  return {
    name,
    health: State.Running && !State.Paused ? (State.Health?.Status ?? State.Status) : State.Status,
    isAutoStarted: Config.Env.includes("KALISI_AUTO_START=true"),
    ...(State.Running && !State.Paused
      ? { uptimeSeconds: Math.round((Date.now() - Date.parse(State.StartedAt)) / 1000) }
      : {}),
    image: Image,
    labels: Object.fromEntries(
      Object.entries(Config.Labels).filter(([label]) => !label.startsWith("kalisi.digest.")),
    ),
  };
}
