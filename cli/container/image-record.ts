import { z } from "zod";
import { imageId } from "../../config/engine/deployed";
import { stackRecord } from "../../config/stack-record";

const entrySchema = z.strictObject({
  id: z.string().regex(imageId),
  /** The Engine's own id: on another one, the same image may be somebody else's. */
  engine: z.string(),
  /** What the stack itself has called it. Any other name is somebody else's. */
  names: z.array(z.string()),
});

/** An image that a stack of this clone has built. */
export type RecordedImage = z.output<typeof entrySchema>;

/** What a record has lost is never removed. */
const record = stackRecord("images", entrySchema);

export const imageFolder = record.folder;

/** Reads which images a stack has built, the newest first. */
export const readImages = record.read;

/** The stacks that have built an image, those too that are no more. */
export const stacksWithImages = record.stacks;

/** Makes an image the newest of a stack's. */
export function recordImage(root: string, stack: string, image: RecordedImage): void {
  const known = readImages(root, stack);
  if (JSON.stringify(known[0]) !== JSON.stringify(image)) {
    record.write(root, stack, [image, ...known.filter((other) => !isSame(image, other))]);
  }
}

/** Forgets images that are gone. */
export function forgetImages(root: string, stack: string, gone: readonly RecordedImage[]): void {
  if (gone.length > 0) {
    const rest = readImages(root, stack).filter((known) => !gone.some((one) => isSame(one, known)));
    record.write(root, stack, rest);
  }
}

function isSame(one: RecordedImage, other: RecordedImage): boolean {
  return one.id === other.id && one.engine === other.engine;
}
