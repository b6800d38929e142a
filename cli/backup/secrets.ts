import { join, relative } from "node:path";
import { buffer } from "node:stream/consumers";
import { Readable } from "node:stream";
import { reasonOf, throwIfAny, type Problem } from "../../config/errors";
import { readText } from "../../config/files/read";
import type { StackConfig } from "../../config/settings/schema";
import { settingsPath } from "../setup/env-file";
import { UserError } from "../user-error";
import { loadAge } from "./age.cjs";
import { damaged, readPart } from "./archive-reader";
import type { ArchivedFile } from "./manifest";

/** The services' settings file, as it goes into a backup. */
export interface Secrets {
  /** Its path, as people are shown it. */
  readonly name: string;
  readonly content: string;
}

type Where = Pick<StackConfig, "source" | "envFile">;

/** Where a stack's `.env` is, or would be if its source tree were there. */
export function secretsPath(root: string, config: Where): string {
  return settingsPath(root, config) ?? join(root, config.source.path, ".env");
}

/**
 * Reads the `.env` of a stack's source tree.
 *
 * @throws ConfigError where there is none, or it cannot be read
 */
export function readSecrets(root: string, config: Where): Secrets {
  const path = secretsPath(root, config);
  const name = relative(root, path);
  const problems: Problem[] = [];
  const unread = {
    code: "KALISI-ENV-UNREADABLE",
    fix: "put it back, or make the backup without --with-secrets",
  } as const;
  const content = readText(path, name, unread, problems) ?? "";
  throwIfAny(problems);
  return { name, content };
}

/** Encrypts a text with a passphrase, in the format of https://age-encryption.org/v1. Takes some seconds, by design. */
export async function lock(content: string, passphrase: string): Promise<Uint8Array> {
  const { Encrypter } = await loadAge();
  const encrypter = new Encrypter();
  encrypter.setPassphrase(passphrase);
  return encrypter.encrypt(content);
}

/**
 * Decrypts the secrets of an archive, whose checksums were checked before. In memory alone.
 *
 * @throws UserError where the passphrase is another one
 */
export async function unlock(
  path: string,
  secrets: Pick<ArchivedFile, "file">,
  passphrase: string,
): Promise<Buffer> {
  const { Decrypter } = await loadAge();
  const locked = await buffer(Readable.from(readPart(path, secrets)));
  const decrypter = new Decrypter();
  decrypter.addPassphrase(passphrase);
  try {
    return Buffer.from(await decrypter.decrypt(locked));
  } catch (error) {
    // The package has no other sign of it.
    if (!reasonOf(error).includes("no identity matched")) {
      throw damaged(path, `its ${secrets.file} cannot be decrypted (${reasonOf(error)})`);
    }
    throw new UserError(
      "KALISI-BACKUP-LOCKED",
      `Nothing was changed: the passphrase does not open the secrets of ${path}.\nTry again with the one of that backup, or restore without --with-secrets`,
    );
  }
}
