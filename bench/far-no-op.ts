// How much longer `npm start` of an unchanged stack takes over SSH than on this machine's Engine, with a tiny image and
// an sshd on loopback: node --require ./compile.cjs bench/far-no-op.ts [rounds]
import { FarStack } from "../test/support/e2e/far-stack";
import { startTinyStack } from "../test/support/e2e/tiny-image";
import type { Ended } from "../test/support/e2e/clone";
import { inTurns, roundsOr, secondsOf } from "./measure";

const rounds = roundsOr(5);

async function noOp(start: () => Promise<Ended>): Promise<void> {
  const { code, output } = await start();
  if (code !== 0 || !output.includes("unchanged")) throw new Error(output);
}

void (async () => {
  const near = await startTinyStack("near");
  const far = await FarStack.make("far", []);
  try {
    await noOp(() => far.run("start")).catch(() => undefined);
    const sessions = far.host.counted("sessions");
    await noOp(() => far.run("start"));
    console.log(`sessions of one: ${far.host.counted("sessions") - sessions}`);
    const seconds = await inTurns(rounds, {
      here: () => secondsOf(() => noOp(() => near.start())),
      "over SSH": () => secondsOf(() => noOp(() => far.run("start"))),
    });
    for (const [name, median] of Object.entries(seconds)) {
      console.log(`${name}: median ${median.toFixed(1)} s of ${rounds}`);
    }
    console.log(`ratio: ${(seconds["over SSH"] / seconds.here).toFixed(2)}`);
  } finally {
    await far.end();
    await near.end();
  }
})();
