// What 1, 2, 4 and 8 stacks side by side cost: how long a plan of the first one takes, compared with that of a stack of one
// bare container at the same time; how many images they are; how much memory each takes at rest.
// node --require ./compile.cjs bench/many-stacks.ts [rounds]
import { measureUsage } from "../cli/status/usage";
import { makeClone } from "../test/support/e2e/clone";
import { docker } from "../test/support/e2e/probe";
import { Session } from "../test/support/e2e/session";
import { stackBeside } from "../test/support/e2e/stack";
import { withBareStack } from "./bare-stack";
import { inTurns, roundsOr, secondsOf } from "./measure";
import { noOp, type Where } from "./pulumi";

const rounds = roundsOr(5);
const counts = [1, 2, 4, 8];
const preview = "pulumi preview";

const clone = makeClone();
const stacks: Session[] = [];

async function addStack(): Promise<void> {
  const stack = new Session(await stackBeside(`many-${stacks.length + 1}`), clone);
  stacks.push(stack);
  await stack.prepare();
  const { code, output } = await stack.start();
  if (code !== 0) throw new Error(output);
}

async function report(ours: Where, bare: Where): Promise<number> {
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

void (async () => {
  try {
    await addStack();
    const [first] = stacks;
    if (first === undefined) return;
    const ours = { cwd: clone.path, env: { ...first.env, PULUMI_STACK: first.stack.name } };
    await withBareStack((await first.inspect()).Image, "ours", async (bare) => {
      const ratios: number[] = [];
      for (const count of counts) {
        while (stacks.length < count) await addStack();
        ratios.push(await report(ours, bare));
      }
      const spread = Math.max(...ratios) / Math.min(...ratios);
      console.log(`greatest ratio by the smallest: ${spread.toFixed(2)}`);
    });
  } finally {
    for (const stack of stacks.toReversed()) await stack.end();
  }
})();
