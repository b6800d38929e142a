// What 1, 2, 4 and 8 stacks side by side cost: how long a plan of the first one takes, compared with that of a stack of one
// bare container at the same time; how many images they are; how much memory each takes at rest.
// node --require ./compile.cjs bench/many-stacks.ts [rounds]
import { measureUsage } from "../cli/status/usage";
import { docker } from "../test/support/e2e/probe";
import type { Session } from "../test/support/e2e/session";
import { withBareStack } from "./bare-stack";
import { inTurns, roundsOr, secondsOf } from "./measure";
import { noOp, type Where } from "./pulumi";
import { withStacks } from "./with-stacks";

const rounds = roundsOr(5);
const counts = [1, 2, 4, 8];
const preview = "pulumi preview";

async function report(stacks: readonly Session[], ours: Where, bare: Where): Promise<number> {
  const seconds = await inTurns(rounds, {
    ours: () => secondsOf(() => noOp(preview, ours)),
    bare: () => secondsOf(() => noOp(preview, bare)),
  });
  const ratio = seconds.ours / seconds.bare;
  const found = await Promise.all(stacks.map((stack) => stack.inspect()));
  const images = new Set(found.map(({ Image }) => Image)).size;
  const usages = await Promise.all(found.map(({ Name }) => measureUsage(docker, Name.slice(1))));
  const memory = usages.reduce((sum, usage) => sum + (usage?.memory ?? NaN), 0) / usages.length;
  console.log(
    `${stacks.length} stacks, ${images} image: a plan takes ${seconds.ours.toFixed(2)} s, a bare one ${seconds.bare.toFixed(2)} s, ratio ${ratio.toFixed(2)}; memory of each ${(memory / 1e6).toFixed(0)} MB`,
  );
  return ratio;
}

void withStacks(async (bringUp) => {
  const first = await bringUp("many-1");
  const stacks = [first];
  const ours = { cwd: first.clone.path, env: { ...first.env, PULUMI_STACK: first.stack.name } };
  await withBareStack((await first.inspect()).Image, "ours", async (bare) => {
    const ratios: number[] = [];
    for (const count of counts) {
      while (stacks.length < count) stacks.push(await bringUp(`many-${stacks.length + 1}`));
      ratios.push(await report(stacks, ours, bare));
    }
    const spread = Math.max(...ratios) / Math.min(...ratios);
    console.log(`greatest ratio by the smallest: ${spread.toFixed(2)}`);
  });
});
