import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import type { Stack } from "@pulumi/pulumi/automation";
import { parse } from "yaml";
import { z } from "zod";
import { ConfigError, reasonOf, throwIfAny, type Problem } from "../config/errors";
import { readText } from "../config/files/read";
import type { MachineProfile } from "../config/machine-profile";
import { resolveSettings, type Settings, type SettingsSources } from "../config/resolve-settings";
import type { Flags } from "../config/settings/flags";

/** By config key, namespace included. */
export type StackTexts = Readonly<Record<string, string>>;

/** Where Pulumi has a stack's settings. */
export function settingsPath(root: string, stack: string): string {
  return join(root, `Pulumi.${stack}.yaml`);
}

/** The settings of a stack that Pulumi knows. */
export async function readSettings(
  stack: Stack,
  profile: MachineProfile,
  flags: Flags = {},
): Promise<Settings> {
  return toSettings(await readConfig(stack), profile, flags);
}

/**
 * The config keys of a stack with their texts, namespace included.
 *
 * @throws ConfigError where its file is no YAML
 */
export async function readConfig(stack: Stack): Promise<StackTexts> {
  // Of a file that it cannot read, Pulumi tells neither the name nor the line.
  readTextsOfFile(stack.workspace.workDir, [stack.name]);
  const all = Object.entries(await stack.getAllConfig());
  return Object.fromEntries(all.map(([key, { value }]) => [key, value]));
}

export function toSettings(
  stackConfig: StackTexts,
  profile: MachineProfile,
  flags: Flags = {},
): Settings {
  return resolveSettings(toSources(stackConfig, profile, flags));
}

/** As the program has them, which gets this process's environment. */
export function toSources(
  stackConfig: StackTexts,
  profile: MachineProfile,
  flags: Flags,
): SettingsSources {
  return { flags, stackConfig, environment: process.env, profile };
}

/**
 * The settings of a stack that Pulumi does not know yet: those of its file in the project's root.
 *
 * @param names of stacks: the first that has a file is used
 * @throws ConfigError where the file is no YAML
 */
export function readSettingsOfFile(
  root: string,
  names: readonly string[],
  profile: MachineProfile,
  flags: Flags = {},
): Settings {
  return toSettings(readTextsOfFile(root, names), profile, flags);
}

/** The config keys with their texts of the first of these stacks that has a file; none where no one has. */
export function readTextsOfFile(root: string, names: readonly string[]): StackTexts {
  const file = names.map((name) => settingsPath(root, name)).find((path) => existsSync(path));
  return file === undefined ? {} : textsIn(root, basename(file));
}

/** Whether a stack's file holds values that cannot be read without the stack. */
export function hasEncrypted(root: string, name: string): boolean {
  const path = settingsPath(root, name);
  return (
    existsSync(path) &&
    JSON.stringify(readYaml(root, basename(path)).config ?? {}).includes('"secure":')
  );
}

/** A stack file's config as Pulumi hands it over. What is encrypted cannot be read without the stack. */
function textsIn(root: string, file: string): StackTexts {
  const { config } = readYaml(root, file);
  return Object.fromEntries(
    Object.entries(config ?? {}).flatMap(([key, value]) => {
      const isEncrypted = typeof value === "object" && value !== null && "secure" in value;
      if (isEncrypted || value === undefined) return [];
      return [[key, typeof value === "string" ? value : JSON.stringify(value)]];
    }),
  );
}

const fileSchema = z.looseObject(
  { config: z.record(z.string(), z.unknown(), "config: expected keys, one a line").nullish() },
  "expected keys, such as config",
);

function readYaml(root: string, file: string): z.output<typeof fileSchema> {
  const problems: Problem[] = [];
  const unread = { code: "KALISI-SETTING-FILE", fix: "correct the file" } as const;
  const text = readText(join(root, file), file, unread, problems);
  throwIfAny(problems);
  try {
    const read = fileSchema.safeParse(parse(text ?? "") ?? {});
    if (read.success) return read.data;
    throw new Error(read.error.issues[0]?.message);
  } catch (error) {
    // The lines below the first one show what the file holds.
    const [reason = ""] = reasonOf(error).split("\n");
    throw new ConfigError([
      {
        ...unread,
        setting: file,
        problem: `cannot be read: ${reason.replace(/:$/, "")}`,
      },
    ]);
  }
}
