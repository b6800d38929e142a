// What many stacks with a tiny image, all of one clone on one Engine, cost: how long a plan of the first one takes, alone
// and among all of them, compared with that of a stack of one bare container at the same time; how long a look at all of
// them takes; how large a stack's state is. Each has a subnet: the Engine has about thirty of its own.
// node --require ./compile.cjs bench/fifty-stacks.ts [rounds] [stacks]
import { statSync } from "node:fs";
import { stateFileOf, stateFolder } from "../config/engine/state-file";
import { useTinyImage } from "../test/support/e2e/tiny-image";
import type { Session } from "../test/support/e2e/session";
import { withBareStack } from "./bare-stack";
import { inTurns, median, roundsOr, secondsOf } from "./measure";
import { noOp } from "./pulumi";
import { withStacks } from "./with-stacks";

const rounds = roundsOr(5);
const count = Number(process.argv[3] ?? 50);
const preview = "pulumi preview";

async function planOf({ clone, env, stack }: Session, image: string): Promise<number> {
  const ours = { cwd: clone.path, env: { ...env, PULUMI_STACK: stack.name } };
  let ratio = NaN;
  await withBareStack(image, "ours", async (bare) => {
    const seconds = await inTurns(rounds, {
      ours: () => secondsOf(() => noOp(preview, ours)),
      bare: () => secondsOf(() => noOp(preview, bare)),
    });
    ratio = seconds.ours / seconds.bare;
    console.log(`a plan: ${seconds.ours.toFixed(2)} s, ${ratio.toFixed(2)} times a bare one`);
  });
  return ratio;
}

async function lookOf(user: Session): Promise<number> {
  const seconds: number[] = [];
  while (seconds.length < rounds) {
    const look = async () => {
      const { code, output } = await user.sh("npm run --silent status -- --all");
      if (code !== 0) throw new Error(output);
    };
    seconds.push(await secondsOf(look));
  }
  return median(seconds);
}

void withStacks(
  async (bringUp) => {
    const subnet = (at: number) => `10.213.${at}.0/24`;
    const began = performance.now();
    const first = await bringUp("tiny-0", subnet(0));
    const image = (await first.inspect()).Image;
    const alone = await planOf(first, image);
    console.log(`status --all, one stack: ${(await lookOf(first)).toFixed(1)} s`);
    for (let at = 1; at < count; at += 1) await bringUp(`tiny-${at}`, subnet(at));
    console.log(
      `${count} stacks are up after ${((performance.now() - began) / 1000).toFixed(0)} s`,
    );
    const among = await planOf(first, image);
    console.log(`among ${count} by alone: ${(among / alone).toFixed(2)}`);
    console.log(`status --all, ${count} stacks: ${(await lookOf(first)).toFixed(1)} s`);
    const state = stateFileOf(stateFolder(first.clone.path, {}) ?? "", first.stack.name);
    console.log(`the state of one: ${statSync(state).size} bytes`);
  },
  (clone) => {
    useTinyImage(clone);
  },
);
