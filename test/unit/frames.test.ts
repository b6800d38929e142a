import { Readable } from "node:stream";
import { framedText, readFrames } from "../../config/engine/frames";

function frame(type: number, text: string): Buffer {
  const header = Buffer.alloc(8);
  header[0] = type;
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
}

async function piecesOf(
  framed: Buffer | NodeJS.ReadableStream,
): Promise<readonly [isError: boolean, text: string][]> {
  const seen: [boolean, string][] = [];
  await readFrames(framed, (content, isError) => {
    seen.push([isError, content.toString()]);
  });
  return seen;
}

test("the Engine's frames are put together however they are cut", async () => {
  const whole = Buffer.concat([frame(1, "grüße"), frame(2, "wrong"), frame(1, "")]);
  for (let size = 1; size <= whole.length; size += 1) {
    const cut = Array.from({ length: Math.ceil(whole.length / size) }, (_, at) =>
      whole.subarray(at * size, (at + 1) * size),
    );
    expect(await piecesOf(Readable.from(cut))).toStrictEqual([
      [false, "grüße"],
      [true, "wrong"],
      [false, ""],
    ]);
  }
});

test("a log of many short lines is read, whether it comes as one buffer or as a stream", async () => {
  const lines = Array.from({ length: 50_000 }, (_, at) => `${at}\n`);
  const whole = Buffer.concat(lines.map((line) => frame(1, line)));
  const expected = { stdout: lines.join(""), stderr: "" };
  expect(await framedText(whole)).toStrictEqual(expected);
  expect(await framedText(Readable.from([whole]))).toStrictEqual(expected);
});

test("what the Engine itself says of a stream counts as an error", async () => {
  expect(await framedText(frame(3, "the log cannot be read"))).toStrictEqual({
    stdout: "",
    stderr: "the log cannot be read",
  });
});

test("what is in no frames is passed on as it is", async () => {
  const text = Buffer.from("no frames at all, but a terminal's output");
  expect(await piecesOf(Readable.from([text, Buffer.from("more")]))).toStrictEqual([
    [false, text.toString()],
    [false, "more"],
  ]);
});

test("a stream that breaks off is an error", async () => {
  const broken = new Readable({ read: () => undefined });
  const reading = piecesOf(broken);
  broken.destroy();
  await expect(reading).rejects.toMatchObject({ code: "ERR_STREAM_PREMATURE_CLOSE" });
});
