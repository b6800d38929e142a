import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { ConfigError, reasonOf, type Problem } from "./errors";
import { localFolder, profilePath } from "./local-folder";
import { quoted } from "./quote";
import { replaceFile } from "./replace-file";

const digestKey = z.string().regex(/^[0-9a-f]{64}$/);

/** Where a clone is. A copy of a folder has another inode; a folder that is moved keeps its own, mostly. */
const placeSchema = z.strictObject({ path: z.string(), device: z.string(), inode: z.string() });

const identitySchema = z.strictObject({
  /** Keys the digests of secret files, and shows what this clone has made. Hex. */
  digestKey,
  place: placeSchema,
});

type Place = z.output<typeof placeSchema>;
type Identity = z.output<typeof identitySchema>;

/** The second one is a copy, beside the state: whoever loses the one folder, or removes it, need not lose the other. */
function identityPaths(root: string): readonly string[] {
  return [localFolder(root), join(root, ".pulumi-state")].map((folder) =>
    join(folder, "identity.json"),
  );
}

/**
 * Reads the random key that all that this clone has made is known by. It cannot be found again: it is in two places,
 * and each of them is mended from the other. Where there is none anywhere, one is made.
 *
 * @returns hex
 * @throws ConfigError where the key is that of a clone elsewhere, which this one may be a copy of; where what holds it
 * cannot be read, and what else there may be of it
 */
export function readIdentity(root: string): string {
  const { known, here, isComplete } = findIdentity(root);
  if (known !== undefined && !isSame(known.place, here)) {
    throw new ConfigError([copyProblem(known.place)]);
  }
  const key = known?.digestKey ?? keyOfEarlierRevision(root);
  if (key === undefined && identityPaths(root).some(existsSync)) {
    throw new ConfigError([damagedProblem(root)]);
  }
  const identity = { digestKey: key ?? newKey(), place: here };
  if (!isComplete || JSON.stringify(known) !== JSON.stringify(identity)) {
    writeIdentity(root, identity);
  }
  return identity.digestKey;
}

/** Whether there is a whole identity of this very folder. */
export function isIdentityKnown(root: string): boolean {
  const { known, here } = findIdentity(root);
  return known !== undefined && isSame(known.place, here);
}

/** The clone elsewhere that this one's identity is of, if it is. */
export function foreignIdentity(
  root: string,
): { readonly digestKey: string; readonly path: string } | undefined {
  const { known, here } = findIdentity(root);
  return known === undefined || isSame(known.place, here)
    ? undefined
    : { digestKey: known.digestKey, path: known.place.path };
}

/** Has this folder be the clone that its identity is of, wherever that was. */
export function keepIdentity(root: string): void {
  const { known, here } = findIdentity(root);
  if (known !== undefined) {
    writeIdentity(root, { ...known, place: here });
  }
}

/** Makes this folder a clone of its own: what the former one has made is another clone's from then on. */
export function replaceIdentity(root: string): void {
  writeIdentity(root, { digestKey: newKey(), place: placeOf(root) });
}

function newKey(): string {
  return randomBytes(32).toString("hex");
}

/** The identity that counts: one of this very folder, where there is one. */
function findIdentity(root: string) {
  const here = placeOf(root);
  const found = identityPaths(root).map(readIdentityFile);
  const usable = found.filter((each) => each !== undefined);
  const known = usable.find(({ place }) => isSame(place, here)) ?? usable[0];
  const isComplete = found.every((each) => JSON.stringify(each) === JSON.stringify(known));
  return { known, here, isComplete };
}

function writeIdentity(root: string, identity: Identity): void {
  for (const path of identityPaths(root)) {
    try {
      replaceFile(path, `${JSON.stringify(identity, undefined, 2)}\n`);
    } catch (error) {
      throw unusable(path, `cannot be written: ${reasonOf(error)}`);
    }
  }
}

/** Undefined where it is missing or damaged. */
function readIdentityFile(path: string): Identity | undefined {
  const text = readIfThere(path);
  try {
    return text === undefined ? undefined : identitySchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Earlier revisions have it in the machine profile; it is read from one that was cut off as well. */
function keyOfEarlierRevision(root: string): string | undefined {
  const text = readIfThere(profilePath(root)) ?? "";
  return /"digestKey":\s*"([0-9a-f]{64})"/.exec(text)?.[1];
}

/** What cannot be read is not lost. */
function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") {
      return undefined;
    }
    throw unusable(path, `cannot be read: ${reasonOf(error)}`);
  }
}

function unusable(path: string, problem: string): ConfigError {
  return new ConfigError([
    {
      code: "KALISI-CLONE-UNREADABLE",
      setting: path,
      problem,
      fix: "have it be a file of yours, such as: sudo chown -R $(id -u) .kalisi .pulumi-state",
    },
  ]);
}

function placeOf(root: string): Place {
  const path = realpathSync(root);
  const { dev, ino } = statSync(path, { bigint: true });
  return { path, device: String(dev), inode: String(ino) };
}

/** Of a disk, the number can be another one at each start of the machine. */
function isSame(one: Place, other: Place): boolean {
  return one.inode === other.inode && (one.device === other.device || one.path === other.path);
}

function copyProblem({ path }: Place): Problem {
  const other = existsSync(join(path, ".kalisi", "identity.json"))
    ? "which is still there"
    : "where none is any more";
  return {
    code: "KALISI-CLONE-COPIED",
    setting: ".kalisi/identity.json",
    problem: `is of the clone in ${path}, ${other}: what that one has on an Engine is not to be used or removed by a copy of it`,
    fix: "if this is that clone, and was moved: npm run clone -- --moved; if it is a copy: npm run clone -- --copied",
  };
}

function damagedProblem(root: string): Problem {
  const paths = identityPaths(root).filter((path) => existsSync(path));
  return {
    code: "KALISI-CLONE-DAMAGED",
    setting: paths.join(", "),
    problem: "is damaged: nothing shows any more what this clone has on an Engine",
    fix: `put it back from a backup; or begin anew: rm ${paths.map(quoted).join(" ")}; volumes can then be adopted by their names: npm start -- --adopt VOLUMES`,
  };
}
