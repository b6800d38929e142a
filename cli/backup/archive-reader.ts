import { createHash } from "node:crypto";
import { accessSync, constants, createReadStream, statSync } from "node:fs";
import { Readable } from "node:stream";
import { json } from "node:stream/consumers";
import { extract } from "tar-stream";
import { reasonOf } from "../../config/errors";
import { UserError } from "../user-error";
import { manifestFile } from "./archive-writer";
import {
  beginningSchema,
  formatVersion,
  manifestSchema,
  type ArchivedFile,
  type Manifest,
} from "./manifest";

/**
 * Reads what an archive says of itself, and nothing else of it.
 *
 * @throws UserError where it is none that this version can read
 */
export async function readManifest(path: string): Promise<Manifest> {
  requireFile(path);
  const content = await readFirst(path).catch(() => undefined);
  const beginning = beginningSchema.safeParse(content);
  if (!beginning.success) {
    throw new UserError(
      "KALISI-BACKUP-FOREIGN",
      `${path} is no backup that npm run backup has made: nothing was changed`,
    );
  }
  if (beginning.data.formatVersion > formatVersion) {
    throw new UserError(
      "KALISI-BACKUP-NEWER",
      `${path} was made by a newer version of the project: its format is ${beginning.data.formatVersion}, this version reads ${formatVersion}.\nUpdate the project (git pull), then restore`,
    );
  }
  const manifest = manifestSchema.safeParse(content);
  if (!manifest.success) throw damaged(path, "its manifest is not as it was written");
  return manifest.data;
}

/** Reads all of an archive, and makes sure that every part is as it was written, and so are the secrets. */
export async function checkParts(
  path: string,
  manifest: Manifest,
  onBytes: (bytes: number) => void,
): Promise<void> {
  const { secrets } = manifest;
  const parts = [...manifest.parts, ...(secrets === undefined ? [] : [secrets])];
  const missing = new Set(parts.map(({ file }) => file));
  try {
    for await (const entry of entriesOf(path)) {
      const part = parts.find(({ file }) => file === entry.header.name);
      const hash = createHash("sha256");
      for await (const chunk of entry as AsyncIterable<Buffer>) {
        hash.update(chunk);
        onBytes(chunk.length);
      }
      if (part !== undefined) {
        if (hash.digest("hex") !== part.sha256) throw new Error(`${part.file} has changed`);
        missing.delete(part.file);
      }
    }
  } catch (error) {
    throw damaged(path, reasonOf(error));
  }
  if (missing.size > 0) throw damaged(path, `${[...missing].join(", ")} is missing`);
}

/** Reads one part, or the secrets, whose checksum was checked before. */
export async function* readPart(
  path: string,
  { file }: Pick<ArchivedFile, "file">,
): AsyncGenerator<Buffer> {
  for await (const entry of entriesOf(path)) {
    if (entry.header.name === file) {
      yield* entry as AsyncIterable<Buffer>;
      return;
    }
    entry.resume();
  }
}

function requireFile(path: string): void {
  const problem = whyNoFile(path);
  if (problem !== undefined) {
    throw new UserError(
      "KALISI-BACKUP-FILE",
      `${path} ${problem}: name an archive that npm run backup has made`,
    );
  }
}

function whyNoFile(path: string): string | undefined {
  try {
    accessSync(path, constants.R_OK);
    return statSync(path).isFile() ? undefined : "is no file";
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "ENOENT" ? "does not exist" : `cannot be read (${code ?? reasonOf(error)})`;
  }
}

/** What is said of an archive that is not as it was written. */
export function damaged(path: string, why: string): UserError {
  return new UserError(
    "KALISI-BACKUP-DAMAGED",
    `${path} is damaged, or was cut short: ${why}. Nothing was changed.\nUse another backup`,
  );
}

async function readFirst(path: string): Promise<unknown> {
  for await (const entry of entriesOf(path)) {
    return entry.header.name === manifestFile ? await json(Readable.from(entry)) : undefined;
  }
  return undefined;
}

function entriesOf(path: string) {
  const entries = extract();
  const file = createReadStream(path, { highWaterMark: 1024 * 1024 });
  file.on("error", (error) => {
    entries.destroy(error);
  });
  entries.on("close", () => {
    file.destroy();
  });
  return file.pipe(entries);
}
