import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loopbackPort } from "../../components/ports";
import { port, seconds } from "../../config/settings/units";
import { makeKeyPair } from "../support/e2e/clone";
import { freePort, withKey } from "../support/e2e/probe";
import { eventually } from "../support/eventually";
import type { TestContainer } from "../support/image/container";
import { ownContainers } from "../support/image/own-containers";
import { story } from "../support/story";

// Whatever was killed, is stopped or hangs in the container: it stops in order, and before the Engine would kill it.
jest.setTimeout(300_000);

const step = story(300_000);

const start = ownContainers();

let kalisi: TestContainer;
let published: number;

beforeAll(async () => {
  const free = await freePort();
  published = free;
  kalisi = await start({ options: { ports: [loopbackPort(port(22), free)] } });
  await kalisi.untilHealthy();
});

const inRoot = (script: string) => kalisi.ask("bash", "-euc", script);

/** Stops it; how long that took, what it ended with, and what it logged of it. */
async function stopped() {
  const took = await kalisi.stop();
  const { ExitCode, OOMKilled } = (await kalisi.inspect()).State;
  expect({ ExitCode, OOMKilled }).toStrictEqual({ ExitCode: 0, OOMKilled: false });
  const { stdout, stderr } = await kalisi.log();
  const said = stdout.slice(stdout.lastIndexOf("shutdown: stopping"));
  return { took, said, stderr };
}

async function expectOrderly({ oneAfterTheOther = true } = {}): Promise<void> {
  const { took, said } = await stopped();
  expect(took).toBeLessThan(10);
  const [neo4j, redis] = [/^neo4j: .*Stopped\.$/m, /^redis: .*ready to exit, bye bye/m].map(
    (pattern) => said.search(pattern),
  );
  expect(neo4j).toBeGreaterThan(-1);
  expect(redis).toBeGreaterThan(oneAfterTheOther ? Number(neo4j) : -1);
  expect(said).toMatch(/^shutdown: stopped$/m);
  await kalisi.startAgain();
  await kalisi.untilHealthy();
  const log = await kalisi.ask("sh", "-c", "cat /data/neo4j/logs/*.log");
  expect(log).not.toMatch(/recovery (required|in|completed)/i);
}

step("with an open SSH session, and what somebody left behind", async () => {
  const folder = mkdtempSync(join(tmpdir(), "kalisi-stop-"));
  const key = makeKeyPair(folder, "mine");
  await kalisi.setKeys(readFileSync(`${key}.pub`, "utf8"));
  const known = ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"];
  const left = "trap '' TERM HUP; sleep 1001 & bash -i -c 'trap \"\" TERM HUP; sleep 1002'";
  const to = [
    "-F",
    "none",
    "-p",
    String(published),
    ...known,
    "-tt",
    ...withKey(key),
    "kalisi@127.0.0.1",
  ];
  const session = spawn("ssh", [...to, left], { stdio: ["pipe", "ignore", "ignore"] });
  try {
    for (const argument of ["1001", "1002"]) {
      await eventually(10, async () => {
        const { code } = await kalisi.run("pgrep", "--full", `^sleep ${argument}$`);
        return code === 0 ? undefined : `no ${argument}`;
      });
    }
    await expectOrderly();
  } finally {
    session.stdin.end();
    session.kill();
    if (session.exitCode === null && session.signalCode === null) await once(session, "exit");
    rmSync(folder, { recursive: true });
  }
});

step("with the supervisors killed in the moment before, all but the loggers'", async () => {
  await inRoot("pkill -KILL --full '^s6-supervise [a-z0-9-]+$'");
  // All services get their signal in that moment.
  await expectOrderly({ oneAfterTheOther: false });
});

step("with the supervisors, the loggers and Redis stopped by a signal", async () => {
  await inRoot("pkill -STOP -P 1 -x s6-supervise; pkill -STOP -x s6-log; pkill -STOP redis-server");
  await kalisi.untilReported(/^neo4j: its supervisor is stopped \(SIGSTOP\): kill -CONT \d+$/m);
  await expectOrderly();
});

step("with a database that hangs: that one is killed, within what a stop may take", async () => {
  await kalisi.recreate({
    options: { timeouts: { healthySeconds: seconds(300), stopSeconds: seconds(20) } },
  });
  await kalisi.untilHealthy();
  const java = await kalisi.pid("neo4j");
  const hung = kalisi.run("bash", "-c", `while kill -STOP ${java}; do :; done`);
  await eventually(10, async () => {
    const state = await kalisi.ask("ps", "-o", "state=", java);
    return state === "T" ? undefined : state;
  });
  const { took, said, stderr } = await stopped();
  await hung.catch(() => undefined);
  expect(took).toBeLessThan(20);
  expect(stderr).toMatch(/^shutdown: neo4j does not stop: it is killed$/m);
  expect(said).toMatch(/^redis: .*Redis is now ready to exit, bye bye/m);
});
