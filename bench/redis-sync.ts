// How many writes Redis takes, and how long one takes, with each way to flush its append-only file:
// node --require ./compile.cjs bench/redis-sync.ts [rounds]
import { inTurns, roundsOr } from "./measure";
import { withContainer } from "./container";

const rounds = roundsOr(3);
const policies = ["everysec", "always"] as const;

void withContainer(async (kalisi) => {
  for (const clients of [1, 16, 64]) {
    const slowest: Record<string, number[]> = {};
    const run = async (policy: string) => {
      await kalisi.ask("redis-cli", "CONFIG", "SET", "appendfsync", policy);
      const options = ["-c", String(clients), "-n", String(clients * 500), "-d", "200", "--csv"];
      const answer = await kalisi.ask("redis-benchmark", "-t", "set", ...options);
      const [, line = ""] = answer.split("\n");
      const [, perSecond, , , , , p99] = line.split(",").map((cell) => Number(JSON.parse(cell)));
      (slowest[policy] ??= []).push(p99 ?? NaN);
      return perSecond ?? NaN;
    };
    const [everysec, always] = policies;
    const medians = await inTurns(rounds, {
      [everysec]: () => run(everysec),
      [always]: () => run(always),
    });
    for (const policy of policies) {
      console.log(
        `${clients} clients, ${policy}: ${medians[policy].toFixed(0)} writes/s, 99 of 100 within ` +
          `${(slowest[policy] ?? []).map((each) => each.toFixed(1)).join(", ")} ms`,
      );
    }
  }
});
