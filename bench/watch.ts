// How long it takes from a change to one line on the host until the service that has it is healthy, through
// `npm run watch`, compared with the bare incremental build of such a change, by hand in the same container.
// node --require ./compile.cjs bench/watch.ts [rounds]
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Session } from "../test/support/e2e/session";
import { Watching } from "../test/support/e2e/watching";
import { median, roundsOr, secondsOf } from "./measure";
import { withStacks } from "./with-stacks";

const rounds = roundsOr(5);
const source = "examples/source";
// With what rust.sh sets before it calls cargo, and without all that comes after it.
const cargo = `cd source; . <(sed '/^case /,$d' /usr/local/lib/kalisi/build/rust.sh) build .; "\${build[@]}"`;
const parts = {
  "a line of Rust": ["services/api-gateway/src/server.rs", "stopped", cargo],
  "a line of the frontend": [
    "frontend/src/main.ts",
    "The gateway does not answer",
    "cd source/frontend; npm run build",
  ],
} as const;

/** Seconds of a script in the container, by its own clock. */
async function secondsInside(user: Session, script: string): Promise<number> {
  const timed = `TIMEFORMAT=%R; { time { ${script}; } >/tmp/bench.log 2>&1; } 2>&1`;
  const seconds = Number(await user.inside("as-kalisi", "bash", "-euc", `cd /workspace; ${timed}`));
  if (Number.isNaN(seconds)) throw new Error(await user.inside("cat", "/tmp/bench.log"));
  return seconds;
}

async function compare(user: Session, watching: Watching): Promise<void> {
  for (const [what, [path, line, script]] of Object.entries(parts)) {
    const file = join(user.clone.path, source, path);
    const original = readFileSync(file, "utf8");
    const change = async () => {
      writeFileSync(file, original.replace(line, `${line} (edited at ${Date.now()})`));
      const said = await watching.batch();
      if (!said.includes("Healthy")) throw new Error(said);
    };
    // The first build in a workspace takes what later ones find.
    await change();
    const ratios: number[] = [];
    const beyond: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const carried = await secondsOf(change);
      const inside = `/workspace/source/${path}`;
      await user.inside("as-kalisi", "cp", inside, "/tmp/carried");
      await user.inside("as-kalisi", "sed", "-i", `s/(edited at/(edited inside at/`, inside);
      const bare = await secondsInside(user, script);
      // As it was carried: else the next change would be a conflict.
      await user.inside("as-kalisi", "cp", "/tmp/carried", inside);
      ratios.push(carried / bare);
      beyond.push(carried - bare);
      console.log(`${what}: ${carried.toFixed(1)} s, built by hand ${bare.toFixed(1)} s`);
    }
    const spread = (values: readonly number[]) =>
      `${median(values).toFixed(2)} (${Math.min(...values).toFixed(2)} to ${Math.max(...values).toFixed(2)})`;
    console.log(`${what}: ratio ${spread(ratios)}, ${spread(beyond)} s more`);
  }
}

void withStacks(async (bringUp) => {
  const user = await bringUp(process.env["KALISI_TEST_PREFIX"] ?? "bench");
  const watching = Watching.onHost(user);
  try {
    await watching.batch();
    await compare(user, watching);
  } finally {
    watching.interrupt();
    await watching.ended;
  }
});
