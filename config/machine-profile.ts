import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { ConfigError, reasonOf } from "./errors";
import { replaceFile } from "./replace-file";
import { neo4jOrigin, toolchainOrigin } from "./settings/formats";

/**
 * What set-up found and chose on this machine, so that a later run chooses the same. It overrides
 * the defaults; the stack's configuration and the environment override it.
 */
const machineProfileSchema = z.strictObject({
  /** Keys the digests of secret files. Hex. */
  digestKey: z.string().regex(/^[0-9a-f]{64}$/),
  dockerHost: z.string().optional(),
  /** The address of the Engine that set-up has installed itself: no choice, and kept when it chooses anew. */
  installedEngine: z.string().optional(),
  sourcePath: z.string().optional(),
  baseImages: z.partialRecord(z.enum(["base", "rust", "node", "neo4j"]), z.string()).optional(),
  from: z
    .strictObject({ rust: toolchainOrigin, node: toolchainOrigin, neo4j: neo4jOrigin })
    .optional(),
  pulumi: z
    .strictObject({
      /** Directory of the CLI's executable. */
      bin: z.string(),
      version: z.string(),
      /** PULUMI_HOME of the project's own; unset: the user's. */
      home: z.string().optional(),
    })
    .optional(),
});

export type MachineProfile = z.output<typeof machineProfileSchema>;

/** The folder of everything that is local to this machine, ignored by git. */
export function localFolder(root: string): string {
  return join(root, ".kalisi");
}

function profilePath(root: string): string {
  return join(localFolder(root), "machine.json");
}

/**
 * Reads the machine profile. Where there is none yet, makes one that holds only a new digest key.
 *
 * @throws ConfigError where the file cannot be read or is damaged
 */
export function readMachineProfile(root: string): MachineProfile {
  const path = profilePath(root);
  if (!existsSync(path)) {
    const profile: MachineProfile = { digestKey: randomBytes(32).toString("hex") };
    writeMachineProfile(root, profile);
    return profile;
  }
  try {
    return machineProfileSchema.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch (error) {
    throw new ConfigError([
      {
        setting: ".kalisi/machine.json",
        problem: `cannot be used: ${error instanceof z.ZodError ? z.prettifyError(error) : reasonOf(error)}`,
        fix: "create it again: npm start -- --setup",
      },
    ]);
  }
}

/** Writes the machine profile in one step, readable by its owner only. */
export function writeMachineProfile(root: string, profile: MachineProfile): void {
  replaceFile(profilePath(root), `${JSON.stringify(profile, undefined, 2)}\n`);
}
