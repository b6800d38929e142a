import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { Readable } from "node:stream";
import { checkParts, readManifest, readPart } from "../../../cli/backup/archive-reader";
import { ArchiveWriter } from "../../../cli/backup/archive-writer";
import { formatVersion, partFiles, partNames, type Manifest } from "../../../cli/backup/manifest";

let folder: string;
let file: string;

const contentOf = (name: string) => Buffer.from(`content of ${name} `.repeat(500));

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kalisi-archive-"));
  file = join(folder, "a.tar");
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** @param more content of a file beside the parts, of which the manifest has a checksum where it is `secrets` */
async function write(
  changes: Partial<Manifest> = {},
  more: { readonly secrets?: Buffer; readonly unknown?: Buffer } = {},
): Promise<Manifest> {
  const writer = await ArchiveWriter.create(file);
  const parts: Manifest["parts"] = [];
  for (const name of partNames) {
    writer.beginPart();
    for (const chunk of [contentOf(name).subarray(0, 100), contentOf(name).subarray(100)]) {
      writer.write(chunk);
    }
    parts.push({ name, ...(await writer.endPart(partFiles[name])), unpackedBytes: 1 });
  }
  const others: Record<string, Awaited<ReturnType<typeof writer.endPart>>> = {};
  for (const [key, content] of Object.entries(more)) {
    writer.beginPart();
    writer.write(content);
    others[key] = await writer.endPart(`${key}.age`);
  }
  const versions = { neo4j: "5.26.28", redis: "8.0.2", project: "0.1.0", architecture: "x86_64" };
  const manifest: Manifest = {
    format: "kalisi-backup",
    formatVersion,
    created: "2026-11-27T08:12:33.000Z",
    stack: "dev",
    versions,
    settings: {},
    parts,
    ...others,
    ...changes,
  };
  writer.finish(manifest);
  return manifest;
}

const check = async () => {
  await checkParts(file, await readManifest(file), () => undefined);
};

test("what is written can be read, part by part, and by nobody else", async () => {
  const written = await write();
  const manifest = await readManifest(file);
  expect(manifest).toStrictEqual(written);
  await checkParts(file, manifest, () => undefined);
  for (const part of manifest.parts) {
    const content = await buffer(Readable.from(readPart(file, part)));
    expect(content).toStrictEqual(contentOf(part.name));
  }
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test("every place at which it may be cut short is found", async () => {
  await write();
  const { size } = statSync(file);
  for (let end = size - 1025; end > 0; end -= 7919) {
    truncateSync(file, end);
    await expect(check()).rejects.toThrow(/is damaged, or was cut short|is no backup/);
  }
});

test("a changed byte of a part is found, and which part has it", async () => {
  await write();
  const content = readFileSync(file);
  content[content.indexOf("content of redis")] = 0;
  writeFileSync(file, content);
  await expect(check()).rejects.toThrow("redis.rdb has changed");
});

test("secrets are no part, and are checked as the parts are", async () => {
  const written = await write({}, { secrets: Buffer.from("locked") });
  const manifest = await readManifest(file);
  expect(manifest).toStrictEqual(written);
  expect(manifest.parts.map(({ name }) => name)).toStrictEqual(partNames);
  expect(manifest.secrets).toMatchObject({ file: "secrets.age", bytes: 6 });
  await check();
  const content = readFileSync(file);
  content[content.indexOf("locked")] = 0;
  writeFileSync(file, content);
  await expect(check()).rejects.toThrow("secrets.age has changed");
  rmSync(file);
  await write({ secrets: { file: "env.age", bytes: 6, sha256: "0".repeat(64) } });
  await expect(check()).rejects.toThrow("env.age is missing");
});

test("what a later version has beside the parts is no matter", async () => {
  await write({}, { unknown: Buffer.from("of a later version") });
  await expect(check()).resolves.toBeUndefined();
});

test("what is none is told from a backup", async () => {
  for (const text of ["", "something else", "x".repeat(100_000)]) {
    writeFileSync(file, text);
    await expect(readManifest(file)).rejects.toMatchObject({ code: "KALISI-BACKUP-FOREIGN" });
  }
  await expect(readManifest(folder)).rejects.toMatchObject({ code: "KALISI-BACKUP-FILE" });
  for (const path of [`${file}x`, `${file}/x`]) {
    await expect(readManifest(path)).rejects.toMatchObject({ code: "KALISI-BACKUP-FILE" });
  }
});

test("a newer format is told, whatever else it has", async () => {
  await write({ formatVersion: formatVersion + 1, parts: [] });
  await expect(readManifest(file)).rejects.toMatchObject({ code: "KALISI-BACKUP-NEWER" });
});

test("nothing is left of what was abandoned", async () => {
  const writer = await ArchiveWriter.create(file);
  writer.abandon();
  expect(statSync(`${file}.part`, { throwIfNoEntry: false })).toBeUndefined();
});
