import { resolveSettings } from "../../config/resolve-settings";
import type { Flags } from "../../config/settings/flags";

const digestKey = "0".repeat(64);

/** Reads settings of these sources alone; those of the stack without their namespace. */
export function parse({
  machine = {},
  env = {},
  stack = {},
  flags = {},
}: {
  machine?: object;
  env?: NodeJS.ProcessEnv;
  stack?: Record<string, unknown>;
  flags?: Flags;
}) {
  return resolveSettings({
    flags,
    stackConfig: Object.fromEntries(
      Object.entries(stack).map(([key, value]) => [
        `kalisi:${key}`,
        typeof value === "string" ? value : JSON.stringify(value),
      ]),
    ),
    environment: env,
    profile: { digestKey, ...machine },
  });
}
