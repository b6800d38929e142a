// How much `npm start` adds to a bare `pulumi up --skip-preview` of an unchanged stack. Run it with the stack up and
// everything cached: PULUMI_STACK=dev node --require ./compile.cjs bench/no-op.ts [rounds]
import { inTurns, roundsOr, secondsOf } from "./measure";
import { noOp } from "./pulumi";

const rounds = roundsOr(5);

void (async () => {
  const seconds = await inTurns(rounds, {
    "pulumi up": () => secondsOf(() => noOp("pulumi up --yes --skip-preview")),
    "npm start": () => secondsOf(() => noOp("npm start --silent")),
  });
  for (const [name, median] of Object.entries(seconds)) {
    console.log(`${name}: median ${median.toFixed(1)} s of ${rounds}`);
  }
  console.log(`ratio: ${(seconds["npm start"] / seconds["pulumi up"]).toFixed(2)}`);
})();
