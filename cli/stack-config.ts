import { homedir } from "node:os";
import type { Stack } from "@pulumi/pulumi/automation";
import { chooseEngine, type NamedEngine } from "../config/engine/endpoint";
import { throwIfAny, type Problem } from "../config/errors";
import { environmentLayer, labelOf, machineLayer, stackLayer } from "../config/settings/layers";
import type { MachineProfile } from "../config/machine-profile";
import { parseLayers, readRawConfig } from "../config/settings/parse";
import type { StackConfig } from "../config/settings/schema";

/** A stack's settings as the program will read them, less the files that they name. */
export interface StackSettings {
  /** @throws ConfigError with every problem that was found */
  readonly config: () => StackConfig;
  /**
   * The Engine that the settings name, whatever else is wrong with them.
   *
   * @throws ConfigError where the setting is wrong, or the Docker client's own are
   */
  readonly engine: () => NamedEngine;
}

/** @param values the config keys of a stack with their texts, namespace included */
export function toSettings(
  values: Readonly<Record<string, string>>,
  profile: MachineProfile,
): StackSettings {
  const raw = readRawConfig(values);
  const layers = [machineLayer(profile), environmentLayer(process.env), stackLayer(raw.values)];
  const { config, problems, isWrong } = parseLayers(layers);
  const label = labelOf(layers, ["dockerHost"]);
  const check = (found: readonly Problem[]) => {
    throwIfAny(found);
  };
  return {
    config: () => {
      check([...raw.problems, ...problems]);
      return config;
    },
    engine: () => {
      // Another Engine than the one that was meant would be a surprise.
      check(isWrong("dockerHost") ? problems.filter(({ setting }) => setting === label) : []);
      return chooseEngine(config.dockerHost, label, process.env, homedir());
    },
  };
}

/** @param stack unset: what a stack without any configuration has */
export async function readSettings(
  stack: Stack | undefined,
  profile: MachineProfile,
): Promise<StackSettings> {
  const all = Object.entries((await stack?.getAllConfig()) ?? {});
  return toSettings(Object.fromEntries(all.map(([key, { value }]) => [key, value])), profile);
}

/**
 * Reads a stack's configuration.
 *
 * @param stack unset: what a stack without any configuration has
 * @throws ConfigError with every problem that was found
 */
export async function readStackConfig(
  stack: Stack | undefined,
  profile: MachineProfile,
): Promise<StackConfig> {
  return (await readSettings(stack, profile)).config();
}
