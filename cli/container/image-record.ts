import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { z } from "zod";
import { imageId } from "../../config/engine/deployed";
import { localFolder } from "../../config/local-folder";
import { replaceFile } from "../../config/replace-file";

const entrySchema = z.strictObject({
  id: z.string().regex(imageId),
  /** The Engine's own id: on another one, the same image may be somebody else's. */
  engine: z.string(),
  /** What the stack itself has called it. Any other name is somebody else's. */
  names: z.array(z.string()),
});

/** An image that a stack of this clone has built. */
export type RecordedImage = z.output<typeof entrySchema>;

export function imageFolder(root: string): string {
  return join(localFolder(root), "images");
}

function recordPath(root: string, stack: string): string {
  return join(imageFolder(root), `${stack}.json`);
}

/**
 * Reads which images a stack has built, the newest first. A record that is lost or damaged counts as empty: what it held
 * is never removed then.
 *
 * @param root the project's root
 */
export function readImages(root: string, stack: string): readonly RecordedImage[] {
  try {
    return z.array(entrySchema).parse(JSON.parse(readFileSync(recordPath(root, stack), "utf8")));
  } catch {
    return [];
  }
}

/** Makes an image the newest of a stack's. */
export function recordImage(root: string, stack: string, image: RecordedImage): void {
  const known = readImages(root, stack);
  if (JSON.stringify(known[0]) !== JSON.stringify(image)) {
    write(root, stack, [image, ...known.filter((other) => !isSame(image, other))]);
  }
}

/** Forgets images that are gone. */
export function forgetImages(root: string, stack: string, gone: readonly RecordedImage[]): void {
  if (gone.length > 0) {
    const rest = readImages(root, stack).filter((known) => !gone.some((one) => isSame(one, known)));
    write(root, stack, rest);
  }
}

/** The stacks that have built an image, those too that are no more. */
export function stacksWithImages(root: string): readonly string[] {
  const folder = imageFolder(root);
  return existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith(".json"))
        .map((name) => basename(name, ".json"))
    : [];
}

function isSame(one: RecordedImage, other: RecordedImage): boolean {
  return one.id === other.id && one.engine === other.engine;
}

function write(root: string, stack: string, images: readonly RecordedImage[]): void {
  replaceFile(recordPath(root, stack), `${JSON.stringify(images, undefined, 2)}\n`);
}
