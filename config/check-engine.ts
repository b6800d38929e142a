import * as pulumi from "@pulumi/pulumi";
import { countedTrigger } from "./engine/counted-trigger";
import { dockerClient } from "./engine/client";
import { removeParts } from "./engine/leftovers";
import { rebuildTrigger } from "./engine/rebuild-trigger";
import { connectionOptions } from "./engine/ssh-connection";
import { isSsh } from "./engine/ssh-words";
import { recordVolumes } from "./engine/volume-ledger";
import type { LoadedConfig } from "./inputs";
import { lookAtEngine } from "./look-at-engine";

/** What was found on the Engine that the stack is declared from. */
export interface EngineFindings {
  /** How the Docker provider reaches it. */
  readonly provider: { readonly host: string; readonly sshOpts?: string[] };
  /** Another value builds the image again. */
  readonly rebuildTrigger: string;
  /** What the Engine builds images for. @example "linux/amd64" */
  readonly platform: string | undefined;
  /** Another value checks a container again that was healthy before, and places its files again. */
  readonly asked: number;
  /**
   * Records what was found, and removes what an update before this one has left without recording it; does nothing in a
   * preview.
   */
  readonly settle: () => Promise<void>;
}

/**
 * Asks the Engine for what its resources' providers do not: whether it has what the stack needs, and whose the
 * volumes are. Nothing is changed there before it is settled. What the user should know is shown as a warning.
 *
 * @param root the project's root
 * @throws ConfigError with every problem that was found
 */
export async function checkEngine(root: string, config: LoadedConfig): Promise<EngineFindings> {
  const { owner } = config;
  const { uri } = config.dockerHost;
  const docker = dockerClient(uri);
  const isUpdate = !pulumi.runtime.isDryRun();
  const found = await lookAtEngine(root, docker, config, isUpdate);
  const leftovers = found.leftovers.map(
    ({ kind, name }) =>
      `The ${kind} ${name} is of an update that was ended before it could record it: an update removes it and makes it again`,
  );
  for (const warning of [...found.warnings, ...leftovers]) {
    void pulumi.log.warn(warning);
  }
  const rebuilds = (record: boolean) => rebuildTrigger(root, owner, found.imageIsThere, record);
  const isAmiss = found.isNotServing || found.lacksFiles;
  const checks = (record: boolean) =>
    countedTrigger(root, "unhealthy", owner.stack, isAmiss, record);
  return {
    provider: { host: uri, ...(isSsh(uri) ? { sshOpts: [...connectionOptions()] } : {}) },
    rebuildTrigger: rebuilds(false),
    platform: found.platform,
    asked: checks(false),
    settle: async () => {
      if (isUpdate) {
        recordVolumes(root, owner.stack, found.taken);
        rebuilds(true);
        checks(true);
        await removeParts(docker, found.leftovers, config.timeouts.stopSeconds);
      }
    },
  };
}
