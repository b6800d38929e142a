import { homedir } from "node:os";
import { adviseOnContext, chooseEngine, type NamedEngine } from "./engine/endpoint";
import { throwIfAny, type Problem } from "./errors";
import type { MachineProfile } from "./machine-profile";
import { flagPaths, type Flags } from "./settings/flags";
import { labelOf, layerOf, overridden, stackLayer } from "./settings/layers";
import { misspeltVariables, namedVolumes } from "./settings/misspelt-variables";
import { parseLayers, readRawConfig, type Parsed } from "./settings/parse";
import type { StackConfig } from "./settings/schema";
import {
  environmentLayer,
  environmentVariables,
  flagsLayer,
  machineLayer,
} from "./settings/sources";

/** Where settings come from. */
export interface SettingsSources {
  /** What the command line asks for, for this run. */
  readonly flags: Flags;
  /** The config keys of the stack with their texts, namespace included. */
  readonly stackConfig: Readonly<Record<string, string>>;
  readonly environment: NodeJS.ProcessEnv;
  /** What set-up chose on this machine. */
  readonly profile: MachineProfile;
}

/** A stack's settings, less the files that they name. */
export interface Settings extends Parsed {
  /** What the user should know though nothing is wrong, a line each. */
  readonly warnings: readonly string[];
  /** Names the setting at a path as its user typed it. */
  readonly label: (...path: readonly string[]) => string;
  /** Volumes that are not the stack's and that this run is to take. */
  readonly adopt: readonly string[];
  /**
   * The Engine that the settings name, whatever else is wrong with them.
   *
   * @throws ConfigError where the setting is wrong, or the Docker client's own are
   */
  readonly engine: () => NamedEngine;
  /** @throws ConfigError with every problem that was found */
  readonly checked: () => StackConfig;
}

/**
 * The one composition of a stack's settings, for the program and for every command: the first of these
 * sources that sets a key wins: flags, the stack's configuration, the environment, the machine profile.
 */
export function resolveSettings({
  flags,
  stackConfig,
  environment,
  profile,
}: SettingsSources): Settings {
  const raw = readRawConfig(stackConfig);
  const above = flagsLayer(flags);
  const stack = stackLayer(raw.values);
  const variables = environmentLayer(environment);
  const machine = machineLayer(profile);
  const layers = [machine, variables, stack, above] as const;
  const parsed = parseLayers(layers);
  const problems = [...raw.problems, ...parsed.problems];
  const label = (...path: readonly string[]) => labelOf(layers, path);
  const variablePaths = environmentVariables.map(({ path }) => path);
  return {
    config: parsed.config,
    isWrong: parsed.isWrong,
    problems,
    label,
    warnings: [
      ...misspeltVariables(environment),
      ...(layerOf(layers, ["dockerHost"]) === machine && profile.dockerHost !== undefined
        ? adviseOnContext(profile.dockerHost, environment, homedir())
        : []),
      ...overridden(variables, stack, variablePaths).map(
        ({ name, by }) => `${name} has no effect: ${by} of the stack's configuration overrides it`,
      ),
      ...overridden(
        stack,
        above,
        flagPaths.map(({ path }) => path),
      ).map(({ name, by }) => `${by} overrides ${name} of the stack's configuration in this run`),
    ],
    adopt: namedVolumes(environment, flags.adopt),
    engine: () => {
      // Falling back to another Engine is never what was meant.
      throwIfAny(parsed.isWrong("dockerHost") ? problemsOf(problems, label("dockerHost")) : []);
      return chooseEngine(parsed.config.dockerHost, label("dockerHost"), environment, homedir());
    },
    checked: () => {
      throwIfAny(problems);
      return parsed.config;
    },
  };
}

function problemsOf(problems: readonly Problem[], named: string): readonly Problem[] {
  return problems.filter(({ setting }) => setting === named);
}
