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
