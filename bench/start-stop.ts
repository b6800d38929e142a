// How long a start from an existing image and existing volumes takes until everything is healthy, compared with
// the slowest service's own start in the same container; how long a stop takes; what a health check costs.
// node --require ./compile.cjs bench/start-stop.ts [rounds]
import { waitForVerdict } from "../components/commands/verdict";
import { docker } from "../test/support/e2e/probe";
import type { TestContainer } from "../test/support/image/container";
import { withContainer } from "./container";
import { median, roundsOr, secondsOf } from "./measure";

const services = ["redis", "neo4j", "kalisi-gateway", "agent-runtime-service", "neo4j-ui"] as const;
const rounds = roundsOr(5);

void withContainer(async (kalisi) => {
  const starts: number[] = [];
  const stops: number[] = [];
  const alone = new Map<string, number[]>(services.map((service) => [service, []]));
  // Alternately, so that a slow minute of the machine affects all of them.
  for (let round = 0; round < rounds; round += 1) {
    stops.push(await kalisi.stop());
    starts.push(
      await secondsOf(async () => {
        await kalisi.startAgain();
        // As the stack waits: polling the services would take away time from what is measured.
        await waitForVerdict(docker, kalisi.names.container, 300);
      }),
    );
    await kalisi.ask("/workspace/stop.sh");
    for (const service of services) {
      alone.get(service)?.push(await secondsOf(() => bringUp(kalisi, service)));
    }
  }
  const medians = services.map((service) => [service, median(alone.get(service) ?? [])] as const);
  const [slowest, seconds] = medians.reduce((a, b) => (a[1] > b[1] ? a : b));
  for (const [service, took] of medians) {
    console.log(`${service} by itself: ${took.toFixed(1)} s`);
  }
  console.log(`start to healthy: ${median(starts).toFixed(1)} s of ${rounds} rounds`);
  console.log(`ratio to ${slowest}'s own start: ${(median(starts) / seconds).toFixed(2)}`);
  console.log(`stop: ${median(stops).toFixed(1)} s, at most ${Math.max(...stops).toFixed(1)} s`);
  console.log(`a health check: ${await healthCheckCpu(kalisi)} ms of CPU`);
});

function bringUp(kalisi: TestContainer, service: string): Promise<unknown> {
  return kalisi.ask("s6-svc", "-uwU", "-T", "120000", `/run/service/${service}`);
}

/** User and system time of a health check and everything that it starts, over twenty checks. */
async function healthCheckCpu(kalisi: TestContainer): Promise<number> {
  const twenty = "for i in {1..20}; do kalisi-health --wait 25; done; times";
  const times = (await kalisi.ask("bash", "-c", twenty)).split("\n").at(-1) ?? "";
  const seconds = [...times.matchAll(/(\d+)m([\d.]+)s/g)].map(
    ([, minutes, rest]) => Number(minutes) * 60 + Number(rest),
  );
  return Math.round((seconds.reduce((sum, part) => sum + part, 0) / 20) * 1000);
}
