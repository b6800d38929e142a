import { readFileSync } from "node:fs";
import { join } from "node:path";
import { goDuration } from "../../config/duration";
import { seconds } from "../../config/settings/units";

test.each([
  [5, "5s"],
  [60, "1m0s"],
  [90, "1m30s"],
  [300, "5m0s"],
  [3600, "1h0m0s"],
  [86_461, "24h1m1s"],
])("%p seconds are %p to Go", (number, text) => {
  expect(goDuration(seconds(number))).toBe(text);
});

test("the program and the image keep the same time for the end of a stop", () => {
  const read = (path: string) => readFileSync(join(__dirname, "..", "..", path), "utf8");
  const inside = /^readonly END_MS=(\d+)$/m.exec(
    read("docker/rootfs/usr/local/lib/kalisi/shutdown"),
  )?.[1];
  const here = /^const end = (\d+);$/m.exec(read("config/files/stop-times.ts"))?.[1];
  expect(Number(inside)).toBe(Number(here) * 1000);
});
