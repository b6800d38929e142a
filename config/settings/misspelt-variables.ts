import { nearestWord } from "./known-keys";
import { environmentVariables, overriddenVariables, type Layer } from "./layers";

/** Names volumes to be taken, separated by commas: what one command is told, and no lasting setting. */
export const adoptVariable = "KALISI_ADOPT_VOLUMES";

/** The volumes that the environment names to be taken. */
export function namedVolumes(env: NodeJS.ProcessEnv): readonly string[] {
  return (env[adoptVariable] ?? "")
    .split(",")
    .map((name) => name.trim())
    .filter(Boolean);
}

/** Warns of variables that have no effect: because of a misspelt name, or a setting that stands over them. */
export function checkEnvironment(
  env: NodeJS.ProcessEnv,
  environment: Layer,
  stack: Layer,
): readonly string[] {
  const known = [...environmentVariables.map(({ name }) => name), adoptVariable];
  return [
    ...Object.keys(env)
      .filter((name) => /^(?:KALISI_|AUTHORI[SZ]ED_KEY)/.test(name) && !known.includes(name))
      .flatMap((name) => {
        const meant = nearestWord(name, known);
        return meant === undefined ? [] : [`${name} has no effect; did you mean ${meant}?`];
      }),
    ...overriddenVariables(environment, stack).map(
      ({ name, by }) => `${name} has no effect: ${by} of the stack's configuration stands over it`,
    ),
  ];
}
