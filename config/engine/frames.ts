import { Readable, Writable } from "node:stream";
import { finished } from "node:stream/promises";
import type Docker from "dockerode";

/** Takes a piece of what a program in a container wrote. */
export type OnPiece = (content: Buffer, isError: boolean) => void;

/**
 * Reads what the Engine sends of a program without a terminal: stdout and stderr, piece by piece in their order.
 *
 * @param client the client that it came from, which knows how to split it
 */
export async function readFrames(
  client: { readonly modem: Docker["modem"] },
  framed: Buffer | NodeJS.ReadableStream,
  onPiece: OnPiece,
): Promise<void> {
  const sink = (isError: boolean) =>
    new Writable({
      write: (content: Buffer, _, done) => {
        onPiece(content, isError);
        done();
      },
    });
  const stream = Buffer.isBuffer(framed) ? Readable.from([framed]) : framed;
  client.modem.demuxStream(stream, sink(false), sink(true));
  await finished(stream, { writable: false });
}

/** All of {@link readFrames}, as texts. */
export async function framedText(
  client: { readonly modem: Docker["modem"] },
  framed: Buffer | NodeJS.ReadableStream,
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const pieces: { readonly content: Buffer; readonly isError: boolean }[] = [];
  await readFrames(client, framed, (content, isError) => pieces.push({ content, isError }));
  const textOf = (wanted: boolean) =>
    Buffer.concat(
      pieces.flatMap(({ content, isError }) => (isError === wanted ? [content] : [])),
    ).toString();
  return { stdout: textOf(false), stderr: textOf(true) };
}
