import type Docker from "dockerode";
import { physicalNames } from "../../config/names";
import { engineOf, inspect } from "../container/deployed";
import { measureVolumes, volumeNames } from "../container/volumes";
import { printResult, say } from "../output";
import { openOnEngine, type StackOption } from "../stack";
import { findDrift } from "../status/drift";
import { askInside } from "../status/inside";
import {
  containerLines,
  driftLines,
  machineLines,
  volumeLines,
  type ContainerStatus,
} from "../status/lines";

/** Tells how a stack is. Exit code 1 unless its container is healthy. */
export async function status(root: string, options: StackOption): Promise<void> {
  const { machine, stack, settings, deployed } = await openOnEngine(root, options);
  tell(machineLines(machine));
  say(`Stack: ${stack.name}`);
  const docker = engineOf(machine);
  const name = deployed.container ?? physicalNames(stack.name).container;

  const container = await describe(docker, name);
  const inside =
    container.uptimeSeconds === undefined ? undefined : await askInside(docker.getContainer(name));
  tell(containerLines(container, inside, deployed.addresses));

  // Both take their time: a preview, and a look at every file of the volumes.
  const [volumes, drift] = await Promise.all([
    // What is wrong with the configuration is told with the drift.
    Promise.resolve()
      .then(() => volumeNames(stack.name, settings.config(), deployed))
      .catch(() => deployed.volumes)
      .then((names) => measureVolumes(docker, names)),
    findDrift(stack),
  ]);
  tell(volumeLines(volumes));
  tell(driftLines(drift));

  const { profile, pulumi, engine } = machine;
  const isHealthy = container.health === "healthy";
  printResult({
    stack: stack.name,
    healthy: isHealthy,
    container,
    ...inside,
    ...deployed.addresses,
    volumes,
    ...drift,
    machine: { pulumi, engine, source: profile.sourcePath, baseImages: profile.baseImages },
  });
  process.exitCode = isHealthy ? 0 : 1;
}

function tell(lines: readonly string[]): void {
  say(lines.join("\n"));
}

async function describe(docker: Docker, name: string): Promise<ContainerStatus> {
  const found = await inspect(docker, name);
  if (found === undefined) {
    return { name, health: "not there" };
  }
  const { State, Image, Config } = found;
  return {
    name,
    health: State.Running ? (State.Health?.Status ?? State.Status) : State.Status,
    ...(State.Running
      ? { uptimeSeconds: Math.round((Date.now() - Date.parse(State.StartedAt)) / 1000) }
      : {}),
    image: Image,
    labels: Object.fromEntries(
      Object.entries(Config.Labels).filter(([label]) => !label.startsWith("kalisi.digest.")),
    ),
  };
}
