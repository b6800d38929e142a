import { dirname } from "node:path";
import type Docker from "dockerode";
import { cloneId } from "../../config/engine/stack-owner";
import { secretRules } from "../../config/files/secret-names";
import { readIdentity } from "../../config/identity";
import { withoutPassword } from "../../config/quote";
import { takeFrom } from "../container/transfer";
import { formatBytes } from "../container/volumes";
import { uselessPlace } from "../named-place";
import { showTask, type Steps } from "../progress/task";
import { askInside } from "../status/inside";
import type { OpenStack } from "../open-stack";
import { ArchiveWriter } from "./archive-writer";
import {
  formatVersion,
  partFiles,
  partNames,
  secretsFile,
  type ArchivedFile,
  type Manifest,
  type Part,
} from "./manifest";
import { archivePath, folderNaming } from "./places";
import { noRoom, requireRoomFor } from "./room";
import { versionsOf } from "./versions";

const program = "/usr/local/lib/kalisi/backup/part";

export interface Backup {
  readonly file: string;
  readonly bytes: number;
  /** For how long Neo4j and the services that need it were down. */
  readonly downMilliseconds: number;
}

/** What the program in the container says of a part. */
interface Said {
  readonly bytes?: number;
  readonly downMilliseconds?: number;
}

/**
 * Writes a backup of a stack that is up, to a file of its own.
 *
 * @param locked the services' `.env`, encrypted, where it is to be in it
 */
export async function makeBackup(
  root: string,
  { stack }: OpenStack,
  container: Docker.Container,
  folder: string,
  locked?: Uint8Array,
): Promise<Backup> {
  const created = new Date();
  const file = archivePath(folder, stack.name, created);
  const [{ versions }, { Config }, settings] = await Promise.all([
    askInside(container),
    container.inspect(),
    settingsOf(stack),
  ]);
  await requireRoomFor(container, dirname(file));
  const writer = await ArchiveWriter.create(file).catch((error: unknown) => {
    throw uselessPlace(folder, folderNaming, error);
  });
  const abandon = () => {
    writer.abandon();
  };
  const end = () => process.exit(143);
  process.on("exit", abandon);
  for (const signal of ["SIGTERM", "SIGHUP"] as const) process.once(signal, end);
  try {
    const words = { name: "backup", doing: "writing", done: "written" };
    const { parts, downMilliseconds } = await showTask(words, partNames.length, (steps) =>
      writeParts(container, writer, steps),
    );
    const secrets = locked === undefined ? undefined : await writeSecrets(writer, locked);
    const sourceRevision = Config.Labels["kalisi.source.revision"];
    writer.finish({
      format: "kalisi-backup",
      formatVersion,
      created: created.toISOString(),
      stack: stack.name,
      clone: cloneId(readIdentity(root)),
      versions: await versionsOf(root, container, versions),
      ...(sourceRevision === undefined ? {} : { sourceRevision }),
      settings,
      parts,
      ...(secrets === undefined ? {} : { secrets }),
    });
    return { file, bytes: sum(parts.map(({ bytes }) => bytes)), downMilliseconds };
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === "ENOSPC" ? noRoom(folder, "is full") : error;
  } finally {
    abandon();
    process.off("exit", abandon);
    for (const signal of ["SIGTERM", "SIGHUP"] as const) process.off(signal, end);
  }
}

async function writeParts(
  container: Docker.Container,
  writer: ArchiveWriter,
  steps: Steps,
): Promise<{ readonly parts: Part[]; readonly downMilliseconds: number }> {
  const parts: Part[] = [];
  let downMilliseconds = 0;
  for (const name of partNames) {
    steps.next(name);
    const isTree = name === "workspace" || name === "home";
    const command = [program, name, ...(isTree ? [JSON.stringify(secretRules)] : [])];
    let taken = 0;
    writer.beginPart();
    const last = await takeFrom(
      container,
      { command, code: "KALISI-BACKUP-PART", failure: `Not backed up: the part ${name} failed` },
      (content) => {
        writer.write(content);
        taken += content.length;
        steps.note(formatBytes(taken));
      },
    );
    const said = parse(last);
    downMilliseconds += said.downMilliseconds ?? 0;
    const written = await writer.endPart(partFiles[name]);
    parts.push({ name, ...written, unpackedBytes: said.bytes ?? written.bytes });
  }
  return { parts, downMilliseconds };
}

function writeSecrets(writer: ArchiveWriter, locked: Uint8Array): Promise<ArchivedFile> {
  writer.beginPart();
  writer.write(Buffer.from(locked));
  return writer.endPart(secretsFile);
}

function parse(line: string): Said {
  return line.startsWith("{") ? (JSON.parse(line) as Said) : {};
}

/** A stack's configuration without what is encrypted in it, and without the passwords of addresses. */
async function settingsOf(stack: OpenStack["stack"]): Promise<Manifest["settings"]> {
  return Object.fromEntries(
    Object.entries(await stack.getAllConfig()).flatMap(([key, { value, secret }]) =>
      secret === true ? [] : [[key, withoutPassword(value)]],
    ),
  );
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
