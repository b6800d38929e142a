import { serviceNames, type TestContainer } from "../support/image/container";
import { eventually } from "../support/eventually";
import { ownContainers } from "../support/image/own-containers";
import { story } from "../support/story";

jest.setTimeout(300_000);

const step = story(300_000);

const start = ownContainers();

let kalisi: TestContainer;

beforeAll(async () => {
  kalisi = await start();
  await kalisi.untilHealthy();
});

const kill = (signal: string, pid: string) => kalisi.ask("kill", `-${signal}`, pid);

/** The process that runs a service, or a service's logger. */
const supervisorOf = (service: string) =>
  kalisi.ask("pgrep", "--parent", "1", "--full", `^s6-supervise ${service}$`);

/** Waits until a process has gone. */
const untilGone = (pid: string) =>
  eventually(30, async () =>
    (await kalisi.run("test", "-d", `/proc/${pid}`)).code === 0 ? `${pid} runs` : undefined,
  );

/** Waits until a service's process or its supervisor is another one than it was. */
const untilAnother = (former: string, ask: () => Promise<string>) =>
  eventually(30, async () =>
    (await ask().catch(() => former)) === former ? `still ${former}` : undefined,
  );

describe("a service that is killed", () => {
  for (const service of serviceNames) {
    step(`is there again in seconds: ${service}`, async () => {
      const former = await kalisi.pid(service);
      await kill("KILL", former);
      await untilAnother(former, () => kalisi.pid(service));
      await kalisi.untilHealthy();
      expect(await kalisi.pid(service)).not.toBe(former);
    });
  }
});

describe("a supervisor that is killed", () => {
  for (const service of serviceNames) {
    step(`is replaced, and ${service} by one that it watches`, async () => {
      const [supervisor, process] = [await supervisorOf(service), await kalisi.pid(service)];
      await kill("KILL", supervisor);
      // Others are back before anybody can ask.
      if (service === "neo4j") await kalisi.untilReported(/^neo4j: /m);
      await untilGone(process);
      await kalisi.untilHealthy();
      expect(await supervisorOf(service)).not.toBe(supervisor);
      expect(await kalisi.pid(service)).not.toBe(process);
    });
  }

  step("leaves kalisi in control of the services, and none of them twice", async () => {
    const former = await kalisi.pid("redis");
    await kalisi.sh("s6-svc -r /run/service/redis");
    await untilAnother(former, () => kalisi.pid("redis"));
    await kalisi.untilHealthy();
    for (const program of ["redis-server", "java", "kalisi-gateway", "neo4j-ui"]) {
      const found = await kalisi.ask("pgrep", "--full", `^\\S*${program}( |$)`);
      expect([program, found]).toStrictEqual([program, expect.stringMatching(/^\d+$/)]);
    }
    await kalisi.untilHealthy();
  });

  step("leaves down what was stopped", async () => {
    await kalisi.ask("/workspace/stop.sh");
    const supervisor = await supervisorOf("redis");
    await kill("KILL", supervisor);
    await untilAnother(supervisor, () => supervisorOf("redis"));
    expect(await kalisi.run("kalisi-health")).toMatchObject({ code: 0 });
    expect(await kalisi.ask("s6-svstat", "-o", "up", "/run/service/redis")).toBe("false");
    expect(await kalisi.startScript("--daemon")).toMatchObject({ code: 0 });
  });
});

describe("a logger", () => {
  const logger = () => kalisi.ask("pgrep", "--full", "^s6-log .*/logs/neo4j-ui$");

  step("outlives its supervisor, and no line is lost", async () => {
    const [writer, supervisor] = [
      await supervisorOf("neo4j-ui"),
      await supervisorOf("neo4j-ui/log"),
    ];
    const former = await logger();
    // For a second, so that the supervisor is killed in the middle of it.
    const write = "for i in {1..1000}; do echo line $i; read -t 0.001 <> <(:) || true; done";
    const written = kalisi.ask("bash", "-c", `{ ${write}; } > /proc/${writer}/fd/1`);
    await kalisi.untilLogged(/^neo4j-ui: line 1$/m);
    await kill("KILL", supervisor);
    await written;
    const lines = Array.from({ length: 1000 }, (_, index) => `neo4j-ui: line ${index + 1}`);
    await eventually(30, async () => {
      const found = (await kalisi.log()).stdout.match(/^neo4j-ui: line \d+$/gm) ?? [];
      return found.join() === lines.join() ? undefined : `${found.length} lines`;
    });
    expect(await logger()).toBe(former);
  });

  step("that is killed is there again, once", async () => {
    const former = await logger();
    await kill("KILL", former);
    await untilAnother(former, logger);
    expect(await logger()).toMatch(/^\d+$/);
  });
});

describe("the renewal of the certificate", () => {
  const waiting = () => kalisi.ask("pgrep", "--full", "^snooze ");

  for (const [what, ask] of [
    ["its process", waiting],
    ["its supervisor", () => supervisorOf("certificate")],
  ] as const) {
    step(`is there again, once, after ${what} was killed`, async () => {
      const former = await waiting();
      await kill("KILL", await ask());
      await untilAnother(former, waiting);
      expect(await waiting()).toMatch(/^\d+$/);
    });
  }
});
