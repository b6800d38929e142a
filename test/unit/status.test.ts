import { formatBytes } from "../../cli/container/volumes";
import { parseInside } from "../../cli/status/inside";
import { countLines, lastHourLines } from "../../cli/status/last-hour";
import { readUsage, usageLine } from "../../cli/status/usage";
import { formatSeconds } from "../../config/duration";

test("services are healthy, off, or unwell for the reason that their check gives", () => {
  const answer = [
    "service\tsshd\ttrue\t90\t0",
    "service\tredis\tfalse\t5\t1",
    "service\tneo4j\ttrue\t3\t7",
    "problem\tneo4j: down: no space left, being started again",
    "problem\tstart.sh: exited with status 1; docker logs says why",
    "version\tRedis\t8.0.2",
    "version\tRust\t",
    "",
  ].join("\n");
  expect(parseInside(answer)).toStrictEqual({
    services: [
      { name: "sshd", state: "healthy", seconds: 90, ends: 0 },
      { name: "redis", state: "off", seconds: 5, ends: 1 },
      {
        name: "neo4j",
        state: "unhealthy",
        seconds: 3,
        ends: 7,
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

describe("what a container takes", () => {
  const cpu = (total: number, system: number) => ({
    cpu_usage: { total_usage: total },
    system_cpu_usage: system,
    online_cpus: 4,
  });
  const stats = {
    memory_stats: {
      usage: 900_000_000,
      limit: 2_000_000_000,
      stats: { inactive_file: 100_000_000 },
    },
    cpu_stats: cpu(300, 2000),
    precpu_stats: cpu(100, 1000),
    pids_stats: { current: 120, limit: 4096 },
  };

  test("is without the files that the kernel could forget, and beside its limits", () => {
    const usage = readUsage(stats, 2);
    expect(usage && usageLine(usage)).toBe(
      "memory 800 MB of 2.0 GB, processors 0.80 of 2, processes and threads 120 of 4096",
    );
  });

  test("has the machine's processors for a limit where it has none of its own", () => {
    const pids_stats = { current: 1, limit: 18_446_744_073_709_552_000 };
    const usage = readUsage({ ...stats, pids_stats }, 0);
    expect(usage && usageLine(usage)).toMatch(/processors 0\.80 of 4, processes and threads 1$/);
  });

  test("is not known of an Engine that does not measure", () => {
    expect(readUsage({ ...stats, memory_stats: {} }, 2)).toBeUndefined();
  });
});

describe("the log of the last hour", () => {
  const log = [
    "redis: 1:C 27 Nov 2026 14:06:53.026 # Short of memory\n",
    "redis: 1:M 27 Nov 2026 14:06:53.053 * Ready\n",
    "neo4j: 2026-11-27 14:07:14.775+0000 INFO  Started.\n",
    "kalisi-gateway: 2026-11-27T14:07:23Z  WARN kalisi_gateway: slow\n",
    "kalisi-gateway: 2026-11-27T14:07:24Z ERROR kalisi_gateway: gone\n",
    "kalisi-gateway: 2026-11-27T14:07:25Z  INFO kalisi_gateway: WARNED of nothing\n",
    "start.sh: neo4j is ready\n",
  ];

  test("counts the lines of each service, and which of them complain", () => {
    const counted = countLines(log, ["redis", "neo4j", "kalisi-gateway", "sshd"]);
    expect(lastHourLines(counted)).toStrictEqual([
      "Log of the last hour:",
      "  redis                  2 lines, warnings or errors among them: 1",
      "  neo4j                  1 line",
      "  kalisi-gateway         3 lines, warnings or errors among them: 2",
      "  sshd                   0 lines",
    ]);
  });
});
