import { Readable } from "node:stream";
import Docker from "dockerode";
import { readFrames } from "../../config/engine/frames";
import { formatBytes } from "../../cli/container/volumes";
import { parseInside } from "../../cli/status/inside";
import { formatSeconds } from "../../config/duration";

test("services are healthy, off, or unwell for the reason that their check gives", () => {
  const answer = [
    "service\tsshd\ttrue\t90",
    "service\tredis\tfalse\t5",
    "service\tneo4j\ttrue\t3",
    "problem\tneo4j: down: no space left, being started again",
    "problem\tstart.sh: exited with status 1; docker logs says why",
    "version\tRedis\t8.0.2",
    "version\tRust\t",
    "",
  ].join("\n");
  expect(parseInside(answer)).toStrictEqual({
    services: [
      { name: "sshd", state: "healthy", seconds: 90 },
      { name: "redis", state: "off", seconds: 5 },
      {
        name: "neo4j",
        state: "unhealthy",
        seconds: 3,
        problem: "down: no space left, being started again",
      },
    ],
    problems: ["start.sh: exited with status 1; docker logs says why"],
    versions: { Redis: "8.0.2" },
  });
});

test.each([
  [0, "0 s"],
  [59.9, "59 s"],
  [60, "1 min"],
  [3_725, "1 h 2 min"],
  [90_000, "1 d 1 h"],
])("%p seconds are %p", (seconds, text) => {
  expect(formatSeconds(seconds)).toBe(text);
});

test.each([
  [undefined, "size unknown"],
  [0, "0 B"],
  [999, "999 B"],
  [1_500, "1.5 kB"],
  [41_000_000, "41 MB"],
  [2_000_000_000_000_000, "2000 TB"],
])("%p bytes are %p", (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test("the Engine's frames are put together however they are cut", async () => {
  const frame = (type: number, text: string) => {
    const header = Buffer.alloc(8);
    header[0] = type;
    header.writeUInt32BE(Buffer.byteLength(text), 4);
    return Buffer.concat([header, Buffer.from(text)]);
  };
  const whole = Buffer.concat([frame(1, "grüße"), frame(2, "wrong"), frame(1, "")]);
  for (let size = 1; size <= whole.length; size += 1) {
    const cut = Array.from({ length: Math.ceil(whole.length / size) }, (_, at) =>
      whole.subarray(at * size, (at + 1) * size),
    );
    const seen: [boolean, string][] = [];
    await readFrames(new Docker(), Readable.from(cut), (content, isError) => {
      seen.push([isError, content.toString()]);
    });
    expect(seen).toStrictEqual([
      [false, "grüße"],
      [true, "wrong"],
      [false, ""],
    ]);
  }
});
