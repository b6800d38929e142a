import { createHash, type Hash } from "node:crypto";
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { pack } from "tar-stream";
import { moveIntoPlace } from "../../config/replace-file";
import type { ArchivedFile, Manifest } from "./manifest";

/** The manifest is the first file of the archive, and is known last: this much is kept free for it. */
const manifestBytes = 64 * 1024;
export const manifestFile = "manifest.json";

const blockBytes = 512;

/**
 * Writes an archive, a tar file, beside its place. Every part is written as it comes: how long it is goes into its
 * header afterwards. Synchronously, so that whoever sends is read no faster than the disk writes.
 */
export class ArchiveWriter {
  private position = 0;
  private part: { readonly at: number; readonly hash: Hash; bytes: number } | undefined;

  private constructor(
    private readonly path: string,
    private readonly partial: string,
    private readonly file: number,
  ) {}

  static async create(path: string): Promise<ArchiveWriter> {
    const header = await headerOf(manifestFile, manifestBytes);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const partial = `${path}.part`;
    const writer = new ArchiveWriter(path, partial, openSync(partial, "wx", 0o600));
    writer.append(header);
    writer.append(Buffer.alloc(manifestBytes, " "));
    return writer;
  }

  beginPart(): void {
    this.part = { at: this.position, hash: createHash("sha256"), bytes: 0 };
    this.append(Buffer.alloc(blockBytes));
  }

  /** Takes what comes next of the part. */
  readonly write = (content: Buffer): void => {
    if (this.part === undefined) throw new Error("no part was begun");
    this.part.bytes += content.length;
    this.part.hash.update(content);
    this.append(content);
  };

  async endPart(file: string): Promise<ArchivedFile> {
    if (this.part === undefined) throw new Error("no part was begun");
    const { at, hash, bytes } = this.part;
    this.part = undefined;
    writeAll(this.file, await headerOf(file, bytes), at);
    this.append(Buffer.alloc(-bytes & (blockBytes - 1)));
    return { file, bytes, sha256: hash.digest("hex") };
  }

  /** Puts the archive in its place, once it is on the disk. */
  finish(manifest: Manifest): void {
    const text = Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);
    if (text.length > manifestBytes) throw new Error("the manifest is too long");
    writeAll(this.file, text, blockBytes);
    // https://www.gnu.org/software/tar/manual/html_node/Standard.html
    this.append(Buffer.alloc(2 * blockBytes));
    closeSync(this.file);
    moveIntoPlace(this.partial, this.path);
  }

  /** Leaves nothing of it. Does nothing once it is finished. */
  abandon(): void {
    rmSync(this.partial, { force: true });
  }

  private append(content: Buffer): void {
    writeAll(this.file, content, this.position);
    this.position += content.length;
  }
}

function writeAll(file: number, content: Buffer, at: number): void {
  for (let done = 0; done < content.length;) {
    done += writeSync(file, content, done, content.length - done, at + done);
  }
}

async function headerOf(name: string, size: number): Promise<Buffer> {
  const writer = pack();
  writer.entry({ name, size, mode: 0o600, mtime: new Date() });
  // Its content is written elsewhere.
  for await (const header of writer) return header as Buffer;
  throw new Error("tar-stream has made no header");
}
