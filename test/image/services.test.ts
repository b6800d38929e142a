import { loopbackPort } from "../../components/ports";
import { port } from "../../config/settings/units";
import { freePort } from "../support/e2e/probe";
import { eventually } from "../support/eventually";
import { TestContainer, serviceNames } from "../support/image/container";
import { exampleSettings } from "../support/image/declared";
import { story } from "../support/story";

const withReadiness = serviceNames.filter((service) => service !== "sshd");

jest.setTimeout(300_000);

const step = story(300_000);

let kalisi: TestContainer;

/** Names that a shell keeps for itself or heeds, and one that stands there twice. */
const awkward = ["UID=1000", "GROUPS=7", "RANDOM=4", "IFS=x", "POSIXLY_CORRECT=1", "TWICE=last"];

beforeAll(async () => {
  // Kalisi's own example has services that are well say nothing.
  const usual = exampleSettings().replace(/^RUST_LOG=.*$/m, "RUST_LOG=info");
  const settings = [usual, "TWICE=first", ...awkward, "PATH=/nowhere", ""].join("\n");
  const ports = [loopbackPort(port(9000), await freePort())];
  kalisi = await TestContainer.start({ settings, options: { ports } });
  await kalisi.untilHealthy();
});

afterAll(() => kalisi.remove());

const status = (service: string, fields: string) =>
  kalisi.ask("s6-svstat", "-o", fields, `/run/service/${service}`);

test("all six services are up, and those that can tell are ready", async () => {
  for (const service of serviceNames) {
    expect([service, await status(service, "up")]).toStrictEqual([service, "true"]);
  }
  for (const service of withReadiness) {
    expect([service, await status(service, "ready")]).toStrictEqual([service, "true"]);
  }
});

test("the first start compiled nothing: programs and frontend came with the image", async () => {
  const { stdout } = await kalisi.log();
  expect(stdout).toMatch(/^prepare: \d+ files of \/workspace brought up to the image$/m);
  expect(stdout).not.toContain("building");
});

test("the services get what .env says, whatever a shell would make of it", async () => {
  const gateway = await status("kalisi-gateway", "pid");
  const { stdout } = await kalisi.runAs("kalisi", "cat", `/proc/${gateway}/environ`);
  const environment = stdout.split("\0");
  expect(environment).toEqual(expect.arrayContaining(awkward));
  expect(environment).toContain("HTTPS_PORT=8443");
  // What is not in it stays on the container's loopback.
  expect(environment).toContain("KALISI_PUBLISHED=8443,9000");
  expect(environment).not.toContain("TWICE=first");
  expect(environment).not.toContain("PATH=/nowhere");
});

test("without a limit of memory, Neo4j has a laptop's share", async () => {
  expect(await kalisi.ask("ps", "-C", "java", "-o", "args=")).toContain("-Xms262144k -Xmx524288k");
  expect(await kalisi.ask("cat", "/data/neo4j/logs/debug.log")).toMatch(
    /server\.memory\.pagecache\.size=128\.00MiB/,
  );
});

test("the health check is silent when all is well", async () => {
  expect(await kalisi.run("kalisi-health")).toStrictEqual({ code: 0, stdout: "", stderr: "" });
});

test("each line of docker logs names its service, and each service has a file of its own", async () => {
  const { stdout, stderr } = await kalisi.log();
  const lines = (stdout + stderr).split("\n").filter(Boolean);
  expect(lines.filter((line) => !/^[a-z][a-z0-9.-]+: /.test(line))).toStrictEqual([]);
  for (const service of serviceNames) {
    expect(lines.some((line) => line.startsWith(`${service}: `))).toBe(true);
    const file = await kalisi.ask("cat", `/workspace/runtime/logs/${service}/current`);
    // Dated in the file, where docker logs --timestamps cannot help.
    expect(file).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/);
  }
});

test("no service starts before the stores that it needs are ready", async () => {
  const { stdout } = await kalisi.log();
  const ready = stdout.search(/^neo4j: password: first password of user neo4j set/m);
  expect(ready).toBeGreaterThan(0);
  for (const service of ["kalisi-gateway", "agent-runtime-service", "neo4j-ui"]) {
    expect(stdout.indexOf(`\n${service}: `)).toBeGreaterThan(ready);
  }
});

test("a service's log files rotate, and the oldest go", async () => {
  const many =
    "for run in 1 2 3 4 5 6 7 8; do seq 60000 | /usr/local/lib/kalisi/log-service loud; done";
  await kalisi.ask("sh", "-c", `${many} | tail -1`);
  const archives = await kalisi.ask("sh", "-c", "ls /workspace/runtime/logs/loud | grep -c @");
  expect(archives).toBe("5");
});

test("each process runs as the user who owns its data, and none more as root", async () => {
  const users = await kalisi.ask("ps", "-eo", "user:12,args", "--no-headers");
  const owners = (pattern: RegExp) =>
    new Set(
      users
        .split("\n")
        .filter((line) => pattern.test(line))
        .map((line) => line.split(/\s+/)[0]),
    );
  expect(owners(/ redis-server /)).toStrictEqual(new Set(["redis"]));
  expect(owners(/ \S*java .*neo4j/)).toStrictEqual(new Set(["neo4j"]));
  for (const app of ["kalisi-gateway", "agent-runtime-service", "neo4j-ui"]) {
    expect(owners(new RegExp(` /workspace/bin/${app}$`))).toStrictEqual(new Set(["kalisi"]));
  }
});

test("only sshd and HTTPS listen beyond the loopback, whatever the source tree asks for", async () => {
  const lines = (await kalisi.ask("netstat", "-ltn")).split("\n").slice(2);
  const addresses = lines.map((line) => line.split(/\s+/)[3] ?? "");
  const beyond = addresses.filter((address) => !/^(127\.|::1:|::ffff:127\.)/.test(address));
  const ports = new Set(beyond.map((address) => address.slice(address.lastIndexOf(":") + 1)));
  expect([...ports].sort()).toStrictEqual(["22", "8443"]);
  for (const port of ["3000", "6379", "7474", "7687", "8081"]) {
    expect(addresses.some((address) => address.endsWith(`:${port}`))).toBe(true);
  }
});

test.each([
  ["all addresses", ["0.0.0.0", 9001], "127.0.0.1"],
  ["all addresses, with a published port", ["0.0.0.0", 9000], "0.0.0.0"],
  ["all addresses of both protocols", ["::", 9001], "::ffff:127.0.0.1"],
  ["all addresses of both protocols, with a published port", ["::", 9000], "::"],
  ["one address", ["127.0.0.2", 9001], "127.0.0.2"],
  ["any port", ["0.0.0.0", 0], "0.0.0.0"],
] as const)("a service that asks for %s listens where it may", async (_, address, expected) => {
  const program = [
    "import json, socket, sys",
    "host, port = json.loads(sys.argv[1])",
    "s = socket.socket(socket.AF_INET6 if ':' in host else socket.AF_INET)",
    "s.bind((host, port)); print(s.getsockname()[0])",
  ].join("\n");
  const environment = [
    "LD_PRELOAD=/usr/local/lib/kalisi/loopback.so",
    "KALISI_PUBLISHED=8443,9000",
  ];
  const command = ["python3", "-c", program, JSON.stringify(address)];
  expect(await kalisi.ask("env", ...environment, ...command)).toBe(expected);
});

describe("start.sh, run again", () => {
  test("touches nothing that runs", async () => {
    const before = await kalisi.pids();
    expect(await kalisi.startScript("--daemon")).toMatchObject({ code: 0, stderr: "" });
    expect(await kalisi.pids()).toStrictEqual(before);
  });

  test("--status shows each service, the toolchain, and that all is well", async () => {
    const { code, stdout } = await kalisi.startScript("--status");
    expect(code).toBe(0);
    for (const service of serviceNames) {
      expect(stdout).toMatch(new RegExp(`^${service} +up `, "m"));
    }
    expect(stdout).toMatch(/^toolchain: rustc \d.*, cargo \d.*, node 2\d\..*, npm \d/m);
  });
});

test("a gateway that is killed is named by the health check until it is back by itself", async () => {
  const killed = await kalisi.pid("kalisi-gateway");
  await kalisi.ask("kill", "-KILL", killed);
  const meanwhile = await kalisi.run("kalisi-health");
  expect(meanwhile.code).toBe(1);
  expect(meanwhile.stdout).toMatch(/^kalisi-gateway: /);
  await kalisi.untilHealthy();
  expect(await kalisi.pid("kalisi-gateway")).not.toBe(killed);
  await kalisi.untilLogged(/^kalisi-gateway: supervisor: was killed by signal 9; starting again/m);
});

test("a service that dies again at once is given more time", async () => {
  for (const delay of [1, 4]) {
    const pid = await kalisi.pid("neo4j-ui");
    await kalisi.ask("kill", "-KILL", pid);
    await kalisi.untilLogged(
      new RegExp(`^neo4j-ui: supervisor: .*starting again in ${delay} s`, "m"),
    );
    await kalisi.untilHealthy();
    expect(await kalisi.pid("neo4j-ui")).not.toBe(pid);
  }
});

test("a Redis that hangs is named, in seconds", async () => {
  const redis = await kalisi.pid("redis");
  await kalisi.ask("kill", "-STOP", redis);
  try {
    const { code, stdout } = await kalisi.run("kalisi-health");
    expect(code).toBe(1);
    expect(stdout).toMatch(/^redis: PING answered: nothing$/m);
  } finally {
    await kalisi.ask("kill", "-CONT", redis);
  }
  await eventually(30, async () => {
    const { code, stdout } = await kalisi.run("kalisi-health");
    return code === 0 ? undefined : stdout;
  });
  expect(await kalisi.pid("redis")).toBe(redis);
});

describe("a stop", () => {
  step("goes from those who write to those who are written to", async () => {
    await kalisi.ask("redis-cli", "SET", "image-test", "kept");
    await kalisi.stop();
    const { stdout } = await kalisi.log();
    const redisSaid = stdout.lastIndexOf("redis: ");
    const neo4jSaid = stdout.lastIndexOf("neo4j: ");
    expect(stdout.lastIndexOf("shutdown: stopping")).toBeLessThan(neo4jSaid);
    expect(stdout.slice(neo4jSaid)).toMatch(/Stopped\./);
    expect(neo4jSaid).toBeLessThan(redisSaid);
    expect(stdout.slice(redisSaid)).toMatch(/Redis is now ready to exit, bye bye/);
    expect(stdout).toMatch(/shutdown: stopped\n$/);
    expect((await kalisi.inspect()).State).toMatchObject({ ExitCode: 0, OOMKilled: false });
  });

  step(
    "and a start after it is over in the moment in which the health check stops waiting",
    async () => {
      await kalisi.startAgain();
      await kalisi.untilReported(/^start\.sh: still starting/m);
      expect((await kalisi.run("kalisi-health", "--wait", "1")).code).toBe(1);
      expect(await kalisi.run("kalisi-health", "--wait", "150")).toMatchObject({
        code: 0,
        stdout: "",
      });
    },
  );

  step("leaves all data, and nothing for Neo4j to recover", async () => {
    await kalisi.untilHealthy();
    expect(await kalisi.ask("redis-cli", "GET", "image-test")).toBe("kept");
    const log = await kalisi.ask("sh", "-c", "cat /data/neo4j/logs/*.log");
    expect(log).not.toMatch(/recovery (required|in|completed)/i);
  });
});
