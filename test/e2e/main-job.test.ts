import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { eventually } from "../support/eventually";
import { makeClone, type Ended } from "../support/e2e/clone";
import { writeText } from "../support/files";
import { accepts, ask, docker, whatExists, withKey } from "../support/e2e/probe";
import { Session } from "../support/e2e/session";
import { chooseStack, configure, stackBeside } from "../support/e2e/stack";
import { story } from "../support/story";

// One story: each step goes on from where the one before it left the machine.
const minutes = 60_000;
jest.setTimeout(5 * minutes);

const step = story(5 * minutes);

let user: Session;
let first: Ended;
/** What git said of the clone before npm start. */
let untouched: string;

beforeAll(async () => {
  user = new Session(await chooseStack(), makeClone("none"));
  await user.prepare();
  untouched = user.clone.status();
}, 40 * minutes);

afterAll(() => user.end());

step(
  "npm start on a fresh clone ends with the container healthy",
  async () => {
    first = await user.start();
    expect(first.code).toBe(0);
    const { State } = await user.inspect();
    expect(State.Health?.Status).toBe("healthy");
    expect(first.output).toContain(`https://localhost:${user.stack.gatewayPort}`);
    expect(first.output).toContain(`ssh -p ${user.stack.sshPort} kalisi@127.0.0.1`);
    user.certificate = await user.inside("cat", "/workspace/runtime/certs/fullchain.pem");
  },
  80 * minutes,
);

step("nothing that git tracks has changed, and no secret was printed", () => {
  expect(user.clone.status()).toBe(untouched);
  const { JWT_SECRET, NEO4J_PASSWORD } = user.secrets();
  expect(first.output).not.toContain(JWT_SECRET);
  expect(first.output).not.toContain(NEO4J_PASSWORD);
});

step("the gateway serves the built frontend over HTTPS, under its own names", async () => {
  const page = await user.gateway("/");
  expect(page).toMatchObject({ status: 200, body: expect.stringContaining("Kalisi") as string });
  const script = /src="(\/[^"]+\.js)"/.exec(page.body)?.[1];
  expect(await user.gateway(script ?? "/no-script-in-the-page.js")).toMatchObject({ status: 200 });
  const byName = await ask(`https://localhost:${user.stack.gatewayPort}/`, user.certificate);
  expect(byName.status).toBe(200);
});

step("readiness reports that Redis and Neo4j were reached", async () => {
  await untilReady();
  const answer = await user.gateway("/health/ready");
  expect(answer.status).toBe(200);
  expect(answer.body).toMatch(/redis/i);
  expect(answer.body).toMatch(/neo4j/i);
});

/** A database just started takes its time for the first query. */
function untilReady(): Promise<void> {
  return eventually(60, async () => {
    const { status, body } = await user.gateway("/health/ready");
    return status === 200 ? undefined : body;
  });
}

step("the agent answers a message that is put on its stream", async () => {
  const request = JSON.stringify({
    request_id: "e2e-1",
    agent_type: "ping",
    message: "hello",
    timestamp: new Date().toISOString(),
  });
  // "$" would miss an answer given before the read: read from where the stream ends now.
  const last = await user.inside(
    "redis-cli",
    "XREVRANGE",
    "agent:responses",
    "+",
    "-",
    "COUNT",
    "1",
  );
  const since = /(\d+-\d+)/.exec(last)?.[1] ?? "0";
  await user.inside("redis-cli", "XADD", "agent:requests", "*", "data", request);
  const answer = await user.inside(
    "redis-cli",
    ...["XREAD", "BLOCK", "10000", "STREAMS", "agent:responses", since],
  );
  expect(answer).toContain("e2e-1");
});

describe("ssh", () => {
  step("lets the injected key in", async () => {
    expect(await user.ssh("id -un")).toBe("kalisi");
  });

  step("refuses another key", async () => {
    await expect(user.ssh("true", withKey(user.strangersKey))).rejects.toMatchObject({
      code: 255,
      stderr: expect.stringContaining("Permission denied (publickey)") as string,
    });
  });

  step("does not even ask for a password", async () => {
    const options = ["-o", "PubkeyAuthentication=no", "-o", "BatchMode=yes"];
    await expect(user.ssh("true", options)).rejects.toMatchObject({
      stderr: expect.stringContaining("Permission denied (publickey)") as string,
    });
  });
});

step("two ports are published, on 127.0.0.1 only", async () => {
  const { NetworkSettings } = await user.inspect();
  // An exposed port that is not published has null.
  const ports: Record<string, { HostIp: string; HostPort: string }[] | null> =
    NetworkSettings.Ports;
  const published = Object.entries(ports)
    .flatMap(([port, hosts]) =>
      (hosts ?? []).map(({ HostIp, HostPort }) => `${HostIp}:${HostPort} -> ${port}`),
    )
    .sort();
  expect(published).toStrictEqual(
    [
      `127.0.0.1:${user.stack.gatewayPort} -> 8443/tcp`,
      `127.0.0.1:${user.stack.sshPort} -> 22/tcp`,
    ].sort(),
  );
  const others = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, family }) => !internal && family === "IPv4");
  for (const { address } of others) {
    expect([address, await accepts(address, user.stack.gatewayPort)]).toStrictEqual([
      address,
      false,
    ]);
    expect([address, await accepts(address, user.stack.sshPort)]).toStrictEqual([address, false]);
  }
});

describe("a second run changes nothing", () => {
  const unchanged = /Resources:\s+\d+ unchanged/;

  step("by npm start", async () => {
    const { code, output } = await user.start();
    expect(code).toBe(0);
    expect(output).toMatch(unchanged);
    expect(output).not.toMatch(/\d+ (created|updated|replaced|deleted)/);
  });

  step("by pulumi preview --refresh --expect-no-changes", async () => {
    expect(await user.plain("preview --refresh --expect-no-changes")).toMatchObject({ code: 0 });
  });

  step("by plain pulumi up", async () => {
    const { code, output } = await user.plain("up --yes --expect-no-changes");
    expect(code).toBe(0);
    expect(output).toMatch(unchanged);
  });
});

step("npm run status tells what was chosen, and that all is well", async () => {
  const { code, output } = await user.sh(`npm run status -- --stack ${user.stack.name}`);
  expect(code).toBe(0);
  expect(output).toContain(`Container ${user.stack.names.container}: healthy`);
});

describe("up is said only when every service answers", () => {
  const status = () => user.sh(`npm run status -- --stack ${user.stack.name}`);
  const container = () => docker.getContainer(user.stack.names.container);

  step("not of a container that is paused", async () => {
    await container().pause();
    const wipe = `npm run wipe -- --stack ${user.stack.name} --confirm ${user.stack.name}`;
    for (const { code, output } of [await user.start(), await user.stop(), await user.sh(wipe)]) {
      expect(code).toBe(1);
      expect(output).toContain(`docker unpause ${user.stack.names.container}`);
      expect(output).not.toContain("Kalisi is up");
    }
    expect(await status()).toMatchObject({ code: 1 });
    const { code, output } = await user.plain("up --yes");
    expect(code).not.toBe(0);
    expect(output).toContain(`docker unpause ${user.stack.names.container}`);
    await container().unpause();
  });

  step("by plain pulumi up neither, of a container that was just started anew", async () => {
    const { Id } = await user.inspect();
    await container().restart();
    expect(await user.plain("up --yes")).toMatchObject({ code: 0 });
    expect(await user.inspect()).toMatchObject({ Id, State: { Health: { Status: "healthy" } } });
    expect(await user.plain("up --yes --expect-no-changes")).toMatchObject({ code: 0 });
  });

  step("not of services that were stopped inside", async () => {
    await user.ssh("cd /workspace && ./stop.sh", withKey(user.key), minutes);
    const { code, output } = await user.start();
    expect(code).toBe(1);
    expect(output).toContain("kalisi-gateway: was stopped inside");
    expect(output).not.toContain("Kalisi is up");
    expect(await status()).toMatchObject({ code: 1 });
    await user.ssh("cd /workspace && ./start.sh --daemon", withKey(user.key), 3 * minutes);
    expect(await status()).toMatchObject({ code: 0 });
    expect(await user.start()).toMatchObject({ code: 0 });
  });
});

step(
  "npm start -- --build builds again, and keeps the container where nothing came of it",
  async () => {
    const { Id } = await user.inspect();
    const { code, output } = await user.start("--build");
    expect(code).toBe(0);
    expect(output).toMatch(/image-build: created/);
    expect((await user.inspect()).Id).toBe(Id);
  },
);

describe("data", () => {
  step("is written by every service and by hand", async () => {
    await user.write("kept");
    expect(await user.readBack()).toStrictEqual(["kept", "kept", "kept", "kept"]);
  });

  step("is on volumes that npm stop leaves, and the container is gone", async () => {
    expect(await user.stop()).toMatchObject({ code: 0 });
    expect(await whatExists(user.stack.names)).toStrictEqual(
      Object.values(user.stack.names.volumes),
    );
  });

  step("is there after the next npm start, and Neo4j had nothing to recover", async () => {
    expect(await user.start()).toMatchObject({ code: 0 });
    expect(await user.readBack()).toStrictEqual(["kept", "kept", "kept", "kept"]);
    const log = await user.inside("sh", "-c", "cat /data/neo4j/logs/*.log");
    expect(log).toContain("Started.");
    expect(log).not.toMatch(/recovery (required|in|completed)/i);
  });

  step("is there after plain pulumi destroy and up", async () => {
    expect(await user.plain("destroy --yes")).toMatchObject({ code: 0 });
    expect(await whatExists(user.stack.names)).toStrictEqual(
      Object.values(user.stack.names.volumes),
    );
    expect(await user.plain("up --yes")).toMatchObject({ code: 0 });
    expect(await user.readBack()).toStrictEqual(["kept", "kept", "kept", "kept"]);
  });
});

describe("keys", () => {
  step("are exchanged in the running container", async () => {
    const { Id } = await user.inspect();
    expect(await user.start(`--keys-from '${user.strangersKey}.pub'`)).toMatchObject({ code: 0 });
    expect((await user.inspect()).Id).toBe(Id);
    expect(await user.ssh("id -un", withKey(user.strangersKey))).toBe("kalisi");
    await expect(user.ssh("true")).rejects.toMatchObject({ code: 255 });
  });

  step("are all taken out by an empty text", async () => {
    const settings = join(user.clone.path, `Pulumi.${user.stack.name}.yaml`);
    const before = readFileSync(settings, "utf8");
    const none = "config set --path 'kalisi:ssh.authorizedKeys' ''";
    expect(await user.plain(none)).toMatchObject({ code: 0 });
    expect(await user.plain("up --yes")).toMatchObject({ code: 0 });
    await expect(user.ssh("true", withKey(user.strangersKey))).rejects.toMatchObject({
      code: 255,
    });
    writeText(settings, before);
  });
});

step("without auto-start only sshd runs, and start.sh brings up the rest", async () => {
  expect(await user.start("--no-auto-start")).toMatchObject({ code: 0 });
  await expect(user.gateway("/health/ready")).rejects.toThrow();
  await user.ssh("cd /workspace && ./start.sh --daemon", withKey(user.key), 3 * minutes);
  await untilReady();
});

step("the state holds no secret", () => {
  const exported = readFileSync(
    join(
      user.clone.path,
      ".pulumi-state",
      ".pulumi",
      "stacks",
      "kalisi",
      `${user.stack.name}.json`,
    ),
    "utf8",
  );
  const { JWT_SECRET, NEO4J_PASSWORD } = user.secrets();
  expect(exported).toContain("kalisi.digest.env");
  expect(exported).not.toContain(JWT_SECRET);
  expect(exported).not.toContain(NEO4J_PASSWORD);
});

step("a user's own backend, passphrase and stack are respected", async () => {
  const own = await stackBeside("own");
  const backend = join(user.clone.path, "..", "backend");
  mkdirSync(backend);
  const env = {
    PULUMI_BACKEND_URL: `file://${backend}`,
    PULUMI_CONFIG_PASSPHRASE: "my own",
    PULUMI_STACK: own.name,
  };
  await user.sh(`npm run pulumi -- stack init ${own.name}`, env);
  await configure(user, own, env);
  expect(await user.sh("npm run preview", env)).toMatchObject({ code: 0 });
  const stateFile = join(".pulumi", "stacks", "kalisi", `${own.name}.json`);
  expect(existsSync(join(backend, stateFile))).toBe(true);
  expect(existsSync(join(user.clone.path, ".pulumi-state", stateFile))).toBe(false);
  rmSync(join(user.clone.path, `Pulumi.${own.name}.yaml`));
});

step("after npm stop, git still sees nothing new", async () => {
  expect(await user.stop()).toMatchObject({ code: 0 });
  expect(user.clone.status()).toBe(untouched);
});
