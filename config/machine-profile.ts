import { existsSync, renameSync } from "node:fs";
import { z } from "zod";
import { ConfigError, reasonOf } from "./errors";
import { isIdentityKnown, readIdentity } from "./identity";
import { readJson } from "./json-file";
import { profilePath } from "./local-folder";
import { replaceFile } from "./replace-file";
import { neo4jOrigin, toolchainOrigin } from "./settings/formats";

/**
 * What set-up found and chose on this machine, so that a later run chooses the same. It overrides
 * the defaults; the stack's configuration and the environment override it.
 */
const profileSchema = z.strictObject({
  /** The clone's own: {@link readIdentity}. Earlier revisions know it from here alone. */
  digestKey: z.string().optional(),
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

export type MachineProfile = z.output<typeof profileSchema> & { readonly digestKey: string };

/**
 * Reads the machine profile. Where there is none yet, it holds only the clone's key.
 *
 * @throws ConfigError where the file cannot be read or is damaged, and what {@link readIdentity} throws
 */
export function readMachineProfile(root: string): MachineProfile {
  return { ...readChoices(profilePath(root)), digestKey: readIdentity(root) };
}

function readChoices(path: string): z.output<typeof profileSchema> {
  if (!existsSync(path)) {
    return {};
  }
  try {
    return profileSchema.parse(readJson(path));
  } catch (error) {
    throw new ConfigError([
      {
        code: "KALISI-SETUP-PROFILE",
        setting: ".kalisi/machine.json",
        problem: `cannot be used: ${error instanceof z.ZodError ? z.prettifyError(error) : reasonOf(error)}`,
        fix:
          (error as NodeJS.ErrnoException).code === "EISDIR"
            ? "remove that folder: rm -r .kalisi/machine.json"
            : "create it again: npm start -- --setup",
      },
    ]);
  }
}

/**
 * Sets a machine profile aside that is no JSON, such as one that was cut short, where the clone's key is known without it:
 * set-up chooses the rest anew. Whether it has installed the Engine itself is unknown from then on, so that no rule of the
 * firewall is changed.
 *
 * @returns whether it was
 */
export function setAsideDamaged(root: string): boolean {
  const path = profilePath(root);
  if (!existsSync(path) || !isDamaged(path) || !isIdentityKnown(root)) {
    return false;
  }
  renameSync(path, `${path}.damaged`);
  return true;
}

/** What cannot be read is not damaged, nor is what a newer version has written. */
function isDamaged(path: string): boolean {
  try {
    readJson(path);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === undefined;
  }
}

/** Writes the machine profile in one step, readable by its owner only. */
export function writeMachineProfile(root: string, profile: MachineProfile): void {
  replaceFile(profilePath(root), `${JSON.stringify(profile, undefined, 2)}\n`);
}
