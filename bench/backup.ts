// For how long a backup has Neo4j and what needs it down, compared with what nobody can do without: the two dumps by
// neo4j-admin, and one start of Neo4j.
// node --require ./compile.cjs bench/backup.ts [rounds]
import { takeFrom } from "../cli/container/transfer";
import { docker } from "../test/support/e2e/probe";
import { withContainer } from "./container";
import { median, roundsOr, secondsOf } from "./measure";

const rounds = roundsOr(3);

void withContainer(async (kalisi) => {
  const downs: number[] = [];
  const needed: number[] = [];
  await kalisi.untilHealthy();
  // Alternately, so that a slow minute of the machine affects both.
  for (let round = 0; round < rounds; round += 1) {
    const said = await takeFrom(
      docker.getContainer(kalisi.names.container),
      {
        command: ["/usr/local/lib/kalisi/backup/part", "neo4j"],
        code: "KALISI-BACKUP-PART",
        failure: "the backup failed",
      },
      () => undefined,
    );
    downs.push((JSON.parse(said) as { downMilliseconds: number }).downMilliseconds / 1000);
    await kalisi.ask("/workspace/stop.sh");
    const dumps = await secondsOf(async () => {
      for (const name of ["neo4j", "system"]) {
        await kalisi.ask("sh", "-c", `neo4j-admin database dump ${name} --to-stdout > /dev/null`);
      }
    });
    const start = await secondsOf(() =>
      kalisi.ask("s6-svc", "-uwU", "-T", "120000", "/run/service/neo4j"),
    );
    needed.push(dumps + start);
    await kalisi.startScript("--daemon");
  }
  const [down, least] = [median(downs), median(needed)];
  console.log(`down for a backup: ${down.toFixed(1)} s; dumps and a start: ${least.toFixed(1)} s`);
  console.log(`ratio: ${(down / least).toFixed(2)}`);
});
