import type Docker from "dockerode";
import { readState } from "./engine/deployed";
import { preflight, type Found } from "./engine/preflight";
import { readLedger } from "./engine/volume-ledger";
import { throwIfAny } from "./errors";
import type { LoadedConfig } from "./inputs";
import { targetMoveProblems } from "./target-move";

/**
 * Looks whether an Engine has what a stack needs, and what there is in its way. Nothing is changed.
 *
 * @param root the project's root
 * @param docker a client of the stack's Engine
 * @param update whether the stack is going to be changed, not only looked at
 * @throws ConfigError with every problem that was found
 */
export function lookAtEngine(
  root: string,
  docker: Docker,
  config: LoadedConfig,
  update: boolean,
): Promise<Found> {
  const { adopt, configuredVolumes, dockerHost, image, names, owner, resources } = config;
  return preflight(docker, dockerHost, {
    owner,
    names,
    ports: config.hostPorts,
    subnet: config.network.subnet,
    imageName: image.pull ?? image.name,
    cpus: resources.cpus,
    memory: resources.memory,
    mounted: [config.envFile.path, config.neo4j.conf.path],
    ledger: readLedger(root, owner.stack),
    adopt,
    configuredVolumes,
    update,
    readState: async () => {
      const deployed = await readState(root, owner.stack, config.pulumiBin);
      if (deployed) throwIfAny(targetMoveProblems(owner.stack, undefined, deployed));
      return deployed;
    },
  });
}
