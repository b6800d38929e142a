import * as pulumi from "@pulumi/pulumi";
import { throwIfAny, type Problem } from "./errors";
import { collect, readInputs, type LoadedConfig } from "./inputs";
import { readMachineProfile, type MachineProfile } from "./machine-profile";
import { readFlags, type Flags } from "./settings/flags";

export type { LoadedConfig };

/**
 * Reads the stack's settings and the files that they name. The only place where the program does.
 *
 * @param root the project's root
 * @throws ConfigError with every problem that was found
 */
export function loadConfig(root: string): LoadedConfig {
  const found: Problem[] = [];
  const profile = collect<MachineProfile>(found, () => readMachineProfile(root), { digestKey: "" });
  const flags = collect<Flags>(found, () => readFlags(process.env), {});
  const { config, problems, warnings } = readInputs(
    root,
    pulumi.getStack(),
    { flags, stackConfig: pulumi.runtime.allConfig(), environment: process.env, profile },
    { found },
  );
  throwIfAny(problems);
  for (const warning of warnings) {
    void pulumi.log.warn(warning);
  }
  return { ...config, planFirst: config.planFirst && pulumi.runtime.isDryRun() };
}
