import type { Stack } from "@pulumi/pulumi/automation";
import { throwIfAny } from "../config/errors";
import { environmentLayer, machineLayer, stackLayer } from "../config/layers";
import type { MachineProfile } from "../config/machine";
import { parseLayers, readRawConfig } from "../config/parse";
import type { StackConfig } from "../config/schema";

/**
 * Reads a stack's configuration as the program will, less the files that it names.
 *
 * @param stack unset: what a stack without any configuration has
 * @throws ConfigError with every problem that was found
 */
export async function readStackConfig(
  stack: Stack | undefined,
  profile: MachineProfile,
): Promise<StackConfig> {
  const all = Object.entries((await stack?.getAllConfig()) ?? {});
  const raw = readRawConfig(Object.fromEntries(all.map(([key, { value }]) => [key, value])));
  const { config, problems } = parseLayers([
    machineLayer(profile),
    environmentLayer(process.env),
    stackLayer(raw.values),
  ]);
  throwIfAny([...raw.problems, ...problems]);
  return config;
}
