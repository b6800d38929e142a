import { PassThrough, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { extract } from "tar-stream";
import { docker } from "../e2e/probe";

type Bytes = AsyncIterable<Buffer>;

/** What the layers of images hold, in whichever layer and however deep below a later one. */
export interface Layers {
  readonly paths: ReadonlySet<string>;
  /** The files, layers or settings in which a text was found, as `LAYER:PATH`. */
  readonly found: (text: string) => readonly string[];
}

/**
 * Reads every layer of images through, each once, and their settings.
 *
 * @param ids of images
 * @param texts what is looked for
 */
export async function readLayers(
  ids: readonly string[],
  texts: readonly string[],
): Promise<Layers> {
  const reader = new Reader(texts);
  await reader.readTar(await exportImages(ids), "", 0);
  return { paths: reader.paths, found: (text) => reader.found.get(text) ?? [] };
}

/** As `docker save` has them: https://docs.docker.com/reference/api/engine/ */
function exportImages(names: readonly string[]): Promise<Bytes> {
  const request = {
    path: "/images/get?",
    method: "GET",
    options: { names },
    isStream: true,
    statusCodes: { 200: true, 500: "server error" },
  };
  return new Promise((resolve, reject) => {
    docker.modem.dial(request, (error: Error | null, archive: unknown) => {
      if (error === null) resolve(archive as Bytes);
      else reject(error);
    });
  });
}

class Reader {
  readonly paths = new Set<string>();
  readonly found: ReadonlyMap<string, string[]>;
  private readonly longest: number;

  constructor(texts: readonly string[]) {
    this.found = new Map(texts.map((text) => [text, []]));
    this.longest = Math.max(...texts.map((text) => text.length));
  }

  /** Reads an archive through; an archive inside of the outermost one is a layer, and is read too. */
  readTar(archive: Bytes, name: string, depth: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const reader = extract();
      reader.on("entry", ({ name: path, type }, body, next) => {
        if (depth === 1) this.paths.add(path);
        const read =
          depth === 0 && type === "file"
            ? this.readBlob(body as Bytes, path)
            : this.scan(body as Bytes, `${name}:${path}`);
        read.then(() => {
          next();
        }, reject);
      });
      reader.on("finish", resolve).on("error", reject);
      Readable.from(archive).on("error", reject).pipe(reader);
    });
  }

  /** A layer, compressed or not, or one of the image's settings: told apart by how they begin. */
  private async readBlob(body: Bytes, path: string): Promise<void> {
    const content = new PassThrough();
    let kind: Promise<void> | undefined;
    for await (const chunk of body) {
      kind ??= this.readKind(content, path, chunk);
      if (!content.write(chunk)) {
        await new Promise((resolve) => content.once("drain", resolve));
      }
    }
    content.end();
    await kind;
  }

  private readKind(content: Readable, path: string, first: Buffer): Promise<void> {
    if (first.readUInt16BE() === 0x1f8b) return this.readTar(content.pipe(createGunzip()), path, 1);
    return first.toString("latin1", 257, 262) === "ustar"
      ? this.readTar(content, path, 1)
      : this.scan(content, path);
  }

  /** Looks for the texts, across the borders of chunks too. */
  private async scan(body: Bytes, where: string): Promise<void> {
    let tail = Buffer.alloc(0);
    for await (const chunk of body) {
      const window = Buffer.concat([tail, chunk]);
      for (const [text, places] of this.found) {
        if (window.includes(text) && !places.includes(where)) places.push(where);
      }
      tail = window.subarray(-this.longest);
    }
  }
}
