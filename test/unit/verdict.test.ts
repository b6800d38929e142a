import { PassThrough } from "node:stream";
import type Docker from "dockerode";
import { waitForVerdict } from "../../components/commands/verdict";

const second = (number: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, number)).toISOString();

const failed = "start.sh: exited with status 1; docker logs says why\n";

/** What the Engine says of a container that was started at second 10, and checked last at another one. */
function container(status: "starting" | "healthy" | "unhealthy", at?: number, output = "") {
  const log = at === undefined ? [] : [{ Start: second(at), Output: output }];
  return { State: { Running: true, StartedAt: second(10), Health: { Status: status, Log: log } } };
}

const stopped = { State: { Running: false } };

/** An Engine that tells of a change before each answer but the first. The real one is asked in test/e2e. */
function engine(first: object, ...later: readonly object[]): Docker {
  const events = new PassThrough({ objectMode: true });
  for (const answer of later) events.write(answer);
  const answers = [first, ...later];
  const inspect = () => Promise.resolve(answers.length > 1 ? answers.shift() : answers[0]);
  return {
    getEvents: () => Promise.resolve(events),
    getContainer: () => ({ inspect }),
  } as unknown as Docker;
}

test.each([
  ["healthy", [container("healthy", 11)]],
  ["healthy", [container("starting"), container("healthy", 11)]],
  ["unhealthy", [container("starting"), container("unhealthy", 11, "redis: gone")]],
  ["unhealthy", [container("starting"), container("starting", 11, failed)]],
  ["stopped", [container("starting"), stopped]],
] as const)(
  "%s is the verdict as soon as the Engine says so",
  async (verdict, [first, ...later]) => {
    await expect(waitForVerdict(engine(first, ...later), "kalisi", 60)).resolves.toBe(verdict);
  },
);

test.each([
  ["starting", failed],
  ["unhealthy", "redis: gone"],
] as const)(
  "what failed before, while %s, is looked at anew: it may be fixed",
  async (status, output) => {
    const before = container(status, 11, output);
    const fixed = engine(before, before, container("healthy", 16));
    await expect(waitForVerdict(fixed, "kalisi", 60)).resolves.toBe("healthy");
    const again = engine(before, container(status, 16, output));
    await expect(waitForVerdict(again, "kalisi", 60)).resolves.toBe("unhealthy");
  },
);

test("an answer from before a restart counts for nothing, and the wait has its end", async () => {
  const old = container("starting", 9, failed);
  await expect(waitForVerdict(engine(container("starting"), old), "kalisi", 0.2)).resolves.toBe(
    "timeout",
  );
});

test("events that end before the Engine has a verdict are a connection that is lost, and no verdict", async () => {
  const events = new PassThrough({ objectMode: true }).end();
  const docker = {
    getEvents: () => Promise.resolve(events),
    getContainer: () => ({ inspect: () => Promise.resolve(container("starting")) }),
  } as unknown as Docker;
  await expect(waitForVerdict(docker, "kalisi", 60)).rejects.toThrow("was lost");
});
