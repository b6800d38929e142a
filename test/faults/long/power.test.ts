import { docker } from "../../support/e2e/probe";
import { eventually } from "../../support/eventually";
import { Disks } from "../../support/faults/disks";
import { fault } from "../../support/faults/fault";
import type { Outcome } from "../../support/faults/matrix";
import { Patient } from "../../support/faults/patient";
import { TestContainer } from "../../support/image/container";

jest.setTimeout(600_000);

const sizes = { "/workspace": 1024, "/home/kalisi": 64, "/data/neo4j": 2048, "/data/redis": 512 };

describe("while Redis rewrites its append-only file", () => {
  let disks: Disks;
  let patient: Patient;

  beforeAll(async () => {
    disks = await Disks.make(sizes);
    patient = await Patient.start({ adjust: disks.adjust });
    await patient.kalisi.untilHealthy();
    // So that a rewrite takes its time.
    const script = "for i = 1, 300000 do redis.call('SET', 'ballast:' .. i, i) end";
    await patient.kalisi.ask("redis-cli", "EVAL", script, "0");
  });

  afterAll(async () => {
    await patient.remove();
    await disks.remove();
  });

  for (const [name, state] of [
    ["while Redis rewrites its append-only file", "1"],
    ["as soon as Redis has rewritten its append-only file", "0"],
  ] as const) {
    fault("The power fails", name, () =>
      patient.survive({
        strike: async () => {
          // The first state may be over before another process could see it.
          const wait = `redis-cli BGREWRITEAOF; until redis-cli INFO persistence | grep -q aof_rewrite_in_progress:${state}; do :; done`;
          await patient.kalisi.ask("sh", "-c", wait);
          await patient.cutPower(disks);
        },
        sees: () => Promise.resolve("nothing, once the power is back"),
        mend: () => patient.kalisi.startAgain(),
      }),
    );
  }
});

/** Cuts the power during a first start, as soon as a command inside succeeds. */
async function cutWhen(kalisi: TestContainer, disks: Disks, test: string): Promise<Outcome> {
  await eventually(120, async () => {
    const { code } = await kalisi.run("sh", "-c", test);
    return code === 0 ? undefined : `not yet: ${test}`;
  });
  await disks.cutPower();
  await docker.getContainer(kalisi.names.container).kill();
  await disks.replug();
  const began = performance.now();
  await kalisi.startAgain();
  await kalisi.untilHealthy();
  return {
    sees: "nothing, once the power is back",
    seconds: (performance.now() - began) / 1000,
  };
}

for (const [moment, test] of [
  ["has made a first database", "test -e /data/neo4j/data/databases/system"],
  ["has made the user's", "test -e /data/neo4j/data/databases/neo4j"],
  ["has said who it is", "test -s /data/neo4j/data/server_id"],
  ["answers", "kalisi-health | grep -q '^neo4j: up, not ready yet'"],
] as const) {
  fault("The power fails", `during the first start, once Neo4j ${moment}`, async () => {
    const disks = await Disks.make(sizes);
    try {
      const kalisi = await TestContainer.start({ adjust: disks.adjust });
      try {
        return await cutWhen(kalisi, disks, test);
      } finally {
        await kalisi.remove();
      }
    } finally {
      await disks.remove();
    }
  });
}
