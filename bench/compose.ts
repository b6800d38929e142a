// What an unchanged stack costs, and one that starts on what its volumes have, compared with `docker compose up --detach` of
// what `npm run export-compose` writes of such a stack. Needs the Docker client's plugin:
// https://docs.docker.com/compose/install/linux/
// node --require ./compile.cjs bench/compose.ts [rounds]
import { join } from "node:path";
import type { Ended } from "../test/support/e2e/clone";
import type { Session } from "../test/support/e2e/session";
import { inTurns, roundsOr, secondsOf } from "./measure";
import { noOp } from "./pulumi";
import { withStacks } from "./with-stacks";

const rounds = roundsOr(5);

async function done(ending: Promise<Ended>): Promise<void> {
  const { code, output } = await ending;
  if (code !== 0) throw new Error(output);
}

async function compare(what: string, works: Parameters<typeof inTurns>[1]): Promise<void> {
  const { compose = NaN, ...ours } = await inTurns(rounds, works);
  for (const [name, seconds] of Object.entries(ours)) {
    console.log(
      `${what}: ${name} ${seconds.toFixed(2)} s, docker compose ${compose.toFixed(2)} s, ratio ${(seconds / compose).toFixed(2)}`,
    );
  }
}

async function run(ours: Session, theirs: Session): Promise<void> {
  const { clone } = ours;
  const file = join(clone.path, "..", "compose.yaml");
  await done(theirs.sh(`npm run export-compose -- --stack ${theirs.stack.name} --output ${file}`));
  await done(theirs.stop());
  const compose = (verb: string) => () =>
    secondsOf(() => done(clone.sh(`docker compose -p ${theirs.stack.name} -f ${file} ${verb}`)));
  const up = compose("up --detach --wait");
  await up();
  try {
    const where = { cwd: clone.path, env: { ...ours.env, PULUMI_STACK: ours.stack.name } };
    await compare("nothing to do", {
      compose: up,
      "pulumi up": () => secondsOf(() => noOp("pulumi up --yes --skip-preview", where)),
      "npm start": () => secondsOf(() => noOp("npm start --silent", where)),
    });
    await compare("a start on existing volumes", {
      compose: async () => {
        await compose("down")();
        return up();
      },
      "npm start": async () => {
        await done(ours.stop());
        return secondsOf(() => done(ours.start()));
      },
    });
  } finally {
    await compose("down")();
  }
}

void withStacks(async (bringUp) => {
  await run(await bringUp("ours"), await bringUp("theirs"));
});
