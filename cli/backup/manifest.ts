import { z } from "zod";

/** What this version writes. It goes up when an older version could not restore what is written. */
export const formatVersion = 1;

/** The parts of a backup in their order, with their files in the archive. */
export const partFiles = {
  workspace: "workspace.tar.gz",
  home: "home.tar.gz",
  redis: "redis.rdb",
  neo4j: "neo4j.dump",
  system: "system.dump",
} as const;

export type PartName = keyof typeof partFiles;

export const partNames = Object.keys(partFiles) as readonly PartName[];

/** What every version has, whatever else it writes. */
export const beginningSchema = z.looseObject({
  format: z.literal("kalisi-backup"),
  formatVersion: z.int().positive(),
});

/** The file of the archive that has the services' `.env`, encrypted: https://age-encryption.org/v1 */
export const secretsFile = "env.age";

const fileSchema = z.object({
  file: z.string(),
  /** In the archive. */
  bytes: z.int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

const partSchema = fileSchema.extend({
  name: z.enum(["workspace", "home", "redis", "neo4j", "system"]),
  /** How much room it takes where it is restored. */
  unpackedBytes: z.int().nonnegative(),
});

export const manifestSchema = beginningSchema.extend({
  created: z.iso.datetime(),
  stack: z.string(),
  /** The label of the clone that the stack is of; those of former versions have none. */
  clone: z.string().optional(),
  versions: z.object({
    neo4j: z.string(),
    redis: z.string(),
    project: z.string(),
    /** As the Engine calls it, such as `x86_64`. */
    architecture: z.string(),
  }),
  /** The commit of the source tree that the image was built from, where that is known. */
  sourceRevision: z.string().optional(),
  /** The stack's configuration, without what is encrypted in it. */
  settings: z.record(z.string(), z.string()),
  parts: z.array(partSchema),
  /** Of a backup with secrets. It is no part: a version that does not know it restores the others. */
  secrets: fileSchema.optional(),
});

export type Manifest = z.output<typeof manifestSchema>;
export type Part = Manifest["parts"][number];
/** What the manifest says of each file of the archive. */
export type ArchivedFile = z.output<typeof fileSchema>;
