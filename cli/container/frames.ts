/** A piece of what a program in a container wrote, as the Engine hands it over. */
export interface Frame {
  readonly isError: boolean;
  readonly content: Buffer;
}

const headerBytes = 8;

/**
 * Takes apart what the Engine sends where there is no terminal: type, three zeroes, length, content.
 * https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerAttach
 */
export async function* frames(
  stream: AsyncIterable<Buffer> | Iterable<Buffer>,
): AsyncGenerator<Frame> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of stream) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let at = 0;
    while (rest.length - at >= headerBytes) {
      const end = at + headerBytes + rest.readUInt32BE(at + 4);
      if (end > rest.length) {
        break;
      }
      yield { isError: rest[at] === 2, content: rest.subarray(at + headerBytes, end) };
      at = end;
    }
    rest = rest.subarray(at);
  }
}
