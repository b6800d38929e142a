import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { parse } from "dotenv";
import { makeClone, makeKeyPair, writeText, type Clone, type Ended } from "./clone";
import { accepts, ask, docker, execIn, removeEverything, ssh, whatExists, withKey } from "./probe";
import { chooseStack, stackBeside, type TestStack } from "./stack";

// One story, told in order: each test goes on from where the one before it left the machine.
const minutes = 60_000;
jest.setTimeout(5 * minutes);

let clone: Clone;
let stack: TestStack;
let key: string;
let strangersKey: string;
let first: Ended;
/** What git said of the clone before npm start. */
let untouched: string;
/** The gateway's self-signed certificate. */
let certificate: string;

const gateway = (path: string) => ask(`https://127.0.0.1:${stack.gatewayPort}${path}`, certificate);
const inContainer = (...command: readonly string[]) => execIn(stack.names.container, ...command);
const start = (given: { readonly key?: string; readonly options?: string } = {}) =>
  clone.sh(
    `npm start -- --stack ${stack.name} --keys-from '${given.key ?? key}.pub' ${given.options ?? ""}`,
  );
const stop = () => clone.sh(`npm stop -- --stack ${stack.name}`);
/** Plain Pulumi, as somebody types it who has it. */
const plain = (command: string, env: Readonly<Record<string, string>> = {}) =>
  clone.sh(`. .kalisi/activate && pulumi ${command} --stack ${stack.name}`, {
    KALISI_KEYS_FROM: `${key}.pub`,
    ...env,
  });

beforeAll(async () => {
  stack = await chooseStack();
  clone = makeClone();
  key = makeKeyPair(join(clone.path, "..", "keys"), "mine");
  strangersKey = makeKeyPair(join(clone.path, "..", "keys"), "strangers");
  for (const [path, value] of Object.entries(stack.config)) {
    await clone.sh(
      `npm run pulumi -- stack select --create ${stack.name} && npm run pulumi -- config set --stack ${stack.name} --path '${path}' ${value}`,
    );
  }
  untouched = clone.status();
}, 40 * minutes);

afterAll(async () => {
  await removeEverything(stack.names);
  clone.remove();
});

test(
  "npm start on a fresh clone ends with the container healthy",
  async () => {
    first = await start();
    expect(first.code).toBe(0);
    const { State } = await docker.getContainer(stack.names.container).inspect();
    expect(State.Health?.Status).toBe("healthy");
    expect(first.output).toContain(`https://localhost:${stack.gatewayPort}`);
    expect(first.output).toContain(`ssh -p ${stack.sshPort} kalisi@127.0.0.1`);
    certificate = await inContainer("cat", "/workspace/runtime/certs/fullchain.pem");
  },
  80 * minutes,
);

test("nothing that git tracks has changed, and no secret was printed", () => {
  expect(clone.status()).toBe(untouched);
  const { JWT_SECRET, NEO4J_PASSWORD } = settings();
  expect(first.output).not.toContain(JWT_SECRET);
  expect(first.output).not.toContain(NEO4J_PASSWORD);
});

test("the gateway serves the built frontend over HTTPS, under its own names", async () => {
  const page = await gateway("/");
  expect(page).toMatchObject({ status: 200, body: expect.stringContaining("Kalisi") as string });
  const script = /src="(\/[^"]+\.js)"/.exec(page.body)?.[1];
  expect(await gateway(script ?? "/no-script-in-the-page.js")).toMatchObject({ status: 200 });
  const byName = await ask(`https://localhost:${stack.gatewayPort}/`, certificate);
  expect(byName.status).toBe(200);
});

test("readiness reports that Redis and Neo4j were reached", async () => {
  const answer = await gateway("/health/ready");
  expect(answer.status).toBe(200);
  expect(answer.body).toMatch(/redis/i);
  expect(answer.body).toMatch(/neo4j/i);
});

test("the agent answers a message that is put on its stream", async () => {
  const request = JSON.stringify({
    request_id: "e2e-1",
    agent_type: "ping",
    message: "hello",
    timestamp: new Date().toISOString(),
  });
  // "$" would miss an answer given before the read: read from where the stream ends now.
  const last = await inContainer(
    "redis-cli",
    "XREVRANGE",
    "agent:responses",
    "+",
    "-",
    "COUNT",
    "1",
  );
  const since = /(\d+-\d+)/.exec(last)?.[1] ?? "0";
  await inContainer("redis-cli", "XADD", "agent:requests", "*", "data", request);
  const answer = await inContainer(
    "redis-cli",
    ...["XREAD", "BLOCK", "10000", "STREAMS", "agent:responses", since],
  );
  expect(answer).toContain("e2e-1");
});

describe("ssh", () => {
  test("lets the injected key in", async () => {
    expect(await ssh(stack.sshPort, withKey(key), "id -un")).toBe("kalisi");
  });

  test("refuses another key", async () => {
    await expect(ssh(stack.sshPort, withKey(strangersKey), "true")).rejects.toMatchObject({
      code: 255,
      stderr: expect.stringContaining("Permission denied (publickey)") as string,
    });
  });

  test("does not even ask for a password", async () => {
    const options = ["-o", "PubkeyAuthentication=no", "-o", "BatchMode=yes"];
    await expect(ssh(stack.sshPort, options, "true")).rejects.toMatchObject({
      stderr: expect.stringContaining("Permission denied (publickey)") as string,
    });
  });
});

test("two ports are published, on 127.0.0.1 only", async () => {
  const { NetworkSettings } = await docker.getContainer(stack.names.container).inspect();
  // An exposed port that is not published has null.
  const ports: Record<string, { HostIp: string; HostPort: string }[] | null> =
    NetworkSettings.Ports;
  const published = Object.entries(ports)
    .flatMap(([port, hosts]) =>
      (hosts ?? []).map(({ HostIp, HostPort }) => `${HostIp}:${HostPort} -> ${port}`),
    )
    .sort();
  expect(published).toStrictEqual(
    [`127.0.0.1:${stack.gatewayPort} -> 8443/tcp`, `127.0.0.1:${stack.sshPort} -> 22/tcp`].sort(),
  );
  const others = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, family }) => !internal && family === "IPv4");
  for (const { address } of others) {
    expect([address, await accepts(address, stack.gatewayPort)]).toStrictEqual([address, false]);
    expect([address, await accepts(address, stack.sshPort)]).toStrictEqual([address, false]);
  }
});

describe("a second run changes nothing", () => {
  const unchanged = /Resources:\s+\d+ unchanged/;

  test(
    "by npm start",
    async () => {
      const { code, output } = await start();
      expect(code).toBe(0);
      expect(output).toMatch(unchanged);
      expect(output).not.toMatch(/\d+ (created|updated|replaced|deleted)/);
    },
    5 * minutes,
  );

  test(
    "by pulumi preview --refresh --expect-no-changes",
    async () => {
      expect(await plain("preview --refresh --expect-no-changes")).toMatchObject({ code: 0 });
    },
    5 * minutes,
  );

  test(
    "by plain pulumi up",
    async () => {
      const { code, output } = await plain("up --yes --expect-no-changes");
      expect(code).toBe(0);
      expect(output).toMatch(unchanged);
    },
    5 * minutes,
  );
});

test("npm run status tells what was chosen, and that all is well", async () => {
  const { code, output } = await clone.sh(`npm run status -- --stack ${stack.name}`);
  expect(code).toBe(0);
  expect(output).toContain(`Container ${stack.names.container}: healthy`);
});

test("npm start -- --build builds again, and keeps the container where nothing came of it", async () => {
  const { Id } = await docker.getContainer(stack.names.container).inspect();
  const { code, output } = await start({ options: "--build" });
  expect(code).toBe(0);
  expect(output).toMatch(/image-build created replacement/);
  expect((await docker.getContainer(stack.names.container).inspect()).Id).toBe(Id);
});

describe("data", () => {
  test(
    "is written by every service and by hand",
    async () => {
      await cypher("CREATE (:E2e {value: 'kept'})");
      await inContainer("redis-cli", "SET", "e2e", "kept");
      await ssh(stack.sshPort, withKey(key), "echo kept > /workspace/e2e; echo kept > ~/e2e");
      expect(await readBack()).toStrictEqual(["kept", "kept", "kept", "kept"]);
    },
    minutes,
  );

  test(
    "is on volumes that npm stop leaves, and the container is gone",
    async () => {
      expect(await stop()).toMatchObject({ code: 0 });
      expect(await whatExists(stack.names)).toStrictEqual(Object.values(stack.names.volumes));
    },
    5 * minutes,
  );

  test(
    "is there after the next npm start, and Neo4j had nothing to recover",
    async () => {
      expect(await start()).toMatchObject({ code: 0 });
      expect(await readBack()).toStrictEqual(["kept", "kept", "kept", "kept"]);
      const log = await inContainer("sh", "-c", "cat /data/neo4j/logs/*.log");
      expect(log).toContain("Started.");
      expect(log).not.toMatch(/recovery (required|in|completed)/i);
    },
    10 * minutes,
  );

  test(
    "is there after plain pulumi destroy and up",
    async () => {
      expect(await plain("destroy --yes")).toMatchObject({ code: 0 });
      expect(await whatExists(stack.names)).toStrictEqual(Object.values(stack.names.volumes));
      expect(await plain("up --yes")).toMatchObject({ code: 0 });
      expect(await readBack()).toStrictEqual(["kept", "kept", "kept", "kept"]);
    },
    10 * minutes,
  );
});

describe("keys", () => {
  test("are exchanged in the running container", async () => {
    const { Id } = await docker.getContainer(stack.names.container).inspect();
    expect(await start({ key: strangersKey })).toMatchObject({ code: 0 });
    expect((await docker.getContainer(stack.names.container).inspect()).Id).toBe(Id);
    expect(await ssh(stack.sshPort, withKey(strangersKey), "id -un")).toBe("kalisi");
    await expect(ssh(stack.sshPort, withKey(key), "true")).rejects.toMatchObject({ code: 255 });
  });

  test("are all taken out by a list without any", async () => {
    const none = join(clone.path, "..", "none.pub");
    writeText(none, "# nobody\n");
    expect(await plain("up --yes", { KALISI_KEYS_FROM: none })).toMatchObject({ code: 0 });
    await expect(ssh(stack.sshPort, withKey(strangersKey), "true")).rejects.toMatchObject({
      code: 255,
    });
  });
});

test("without auto-start only sshd runs, and start.sh brings up the rest", async () => {
  expect(await start({ options: "--no-auto-start" })).toMatchObject({ code: 0 });
  await expect(gateway("/health/ready")).rejects.toThrow();
  await ssh(stack.sshPort, withKey(key), "cd /workspace && ./start.sh --daemon", 3 * minutes);
  expect(await gateway("/health/ready")).toMatchObject({ status: 200 });
});

test("the state holds no secret", () => {
  const exported = readFileSync(
    join(clone.path, ".pulumi-state", ".pulumi", "stacks", "kalisi", `${stack.name}.json`),
    "utf8",
  );
  const { JWT_SECRET, NEO4J_PASSWORD } = settings();
  expect(exported).toContain("kalisi.digest.env");
  expect(exported).not.toContain(JWT_SECRET);
  expect(exported).not.toContain(NEO4J_PASSWORD);
});

test("a user's own backend, passphrase and stack are respected", async () => {
  const own = await stackBeside("own");
  const backend = join(clone.path, "..", "backend");
  mkdirSync(backend);
  const env = {
    PULUMI_BACKEND_URL: `file://${backend}`,
    PULUMI_CONFIG_PASSPHRASE: "my own",
    PULUMI_STACK: own.name,
    KALISI_KEYS_FROM: `${key}.pub`,
  };
  await clone.sh(`npm run pulumi -- stack init ${own.name}`, env);
  for (const [path, value] of Object.entries(own.config)) {
    await clone.sh(`npm run pulumi -- config set --path '${path}' ${value}`, env);
  }
  expect(await clone.sh("npm run preview", env)).toMatchObject({ code: 0 });
  const stateFile = join(".pulumi", "stacks", "kalisi", `${own.name}.json`);
  expect(existsSync(join(backend, stateFile))).toBe(true);
  expect(existsSync(join(clone.path, ".pulumi-state", stateFile))).toBe(false);
  rmSync(join(clone.path, `Pulumi.${own.name}.yaml`));
});

test("after npm stop, git still sees nothing new", async () => {
  expect(await stop()).toMatchObject({ code: 0 });
  expect(clone.status()).toBe(untouched);
});

function settings() {
  const path = join(clone.path, "examples", "source", ".env");
  const { JWT_SECRET = "", NEO4J_PASSWORD = "" } = parse(readFileSync(path));
  expect(JWT_SECRET.length).toBeGreaterThan(40);
  expect(NEO4J_PASSWORD.length).toBeGreaterThan(8);
  return { JWT_SECRET, NEO4J_PASSWORD };
}

/** Runs a statement through Neo4j's own HTTP API, inside, and returns its answer. */
async function cypher(statement: string): Promise<string> {
  const answer = await inContainer(
    "curl",
    ...["--silent", "--user", `neo4j:${settings().NEO4J_PASSWORD}`],
    ...["--header", "Content-Type: application/json"],
    ...["--data", JSON.stringify({ statements: [{ statement }] })],
    "http://127.0.0.1:7474/db/neo4j/tx/commit",
  );
  expect(answer).toContain('"errors":[]');
  return answer;
}

async function readBack(): Promise<readonly string[]> {
  const rows = await cypher("MATCH (n:E2e) RETURN n.value");
  return [
    /"row":\["(\w+)"\]/.exec(rows)?.[1] ?? "no such node",
    await inContainer("redis-cli", "--raw", "GET", "e2e"),
    await ssh(stack.sshPort, withKey(key), "cat /workspace/e2e"),
    await ssh(stack.sshPort, withKey(key), "cat ~/e2e"),
  ];
}
