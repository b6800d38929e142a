/** Takes a piece of what a program in a container wrote. */
export type OnPiece = (content: Buffer, isError: boolean) => void;

const headerBytes = 8;
/** Of a header's first byte; the Engine's own words about a stream, which are the last, count as an error. */
const stdout = 1;
const lastType = 3;

/**
 * Reads what the Engine sends of a program without a terminal: stdout and stderr, piece by piece in their order.
 * What is not in that form, such as the output of a program with a terminal, is one piece for each chunk.
 *
 * docker-modem's own `demuxStream` calls itself for each frame: a log of some thousand short lines, which the Engine
 * sends as one buffer, is more than the stack has room for.
 * https://docs.docker.com/reference/api/engine/version/v1.47/#tag/Container/operation/ContainerAttach
 */
export async function readFrames(
  framed: Buffer | NodeJS.ReadableStream,
  onPiece: OnPiece,
): Promise<void> {
  let rest = Buffer.alloc(0);
  let isFramed = true;
  for await (const chunk of Buffer.isBuffer(framed) ? [framed] : framed) {
    rest = Buffer.concat([rest, Buffer.from(chunk)]);
    for (let frame; isFramed && (frame = firstFrame(rest)) !== undefined;) {
      if (frame === "none") {
        isFramed = false;
      } else {
        rest = rest.subarray(frame.bytes);
        onPiece(frame.content, frame.type !== stdout);
      }
    }
    if (!isFramed) {
      onPiece(rest, false);
      rest = Buffer.alloc(0);
    }
  }
}

interface Frame {
  readonly type: number;
  readonly content: Buffer;
  /** Its size, with its header. */
  readonly bytes: number;
}

/** @returns undefined as long as the frame is not whole, "none" where there is no frame */
function firstFrame(buffer: Buffer): Frame | "none" | undefined {
  if (buffer.length < headerBytes) return undefined;
  const type = buffer.readUInt8(0);
  if (type > lastType || buffer.readUIntBE(1, 3) !== 0) return "none";
  const bytes = headerBytes + buffer.readUInt32BE(4);
  if (buffer.length < bytes) return undefined;
  return { type, content: buffer.subarray(headerBytes, bytes), bytes };
}

/** All of {@link readFrames}, as texts. */
export async function framedText(
  framed: Buffer | NodeJS.ReadableStream,
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const pieces: { readonly content: Buffer; readonly isError: boolean }[] = [];
  await readFrames(framed, (content, isError) => pieces.push({ content, isError }));
  const textOf = (wanted: boolean) =>
    Buffer.concat(
      pieces.flatMap(({ content, isError }) => (isError === wanted ? [content] : [])),
    ).toString();
  return { stdout: textOf(false), stderr: textOf(true) };
}
