import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { otherAddresses, publishedPorts } from "../support/e2e/addresses";
import { askAgent, untilReady } from "../support/e2e/applications";
import { keepConfig, ownBackend, projectBackend, stateFile } from "../support/e2e/backend";
import { makeClone, type Ended } from "../support/e2e/clone";
import { pauseContainer } from "../support/e2e/pause";
import { accepts, ask, docker, whatExists, withKey } from "../support/e2e/probe";
import { Session } from "../support/e2e/session";
import { chooseStack } from "../support/e2e/stack";
import { story } from "../support/story";

// One story: each step goes on from where the one before it left the machine.
const minutes = 60_000;
jest.setTimeout(5 * minutes);

const step = story(5 * minutes);

let user: Session;
/** The options of ssh with a key that nobody let in yet. */
const stranger = () => withKey(user.strangersKey);
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
  for (const secret of Object.values(user.secrets())) expect(first.output).not.toContain(secret);
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
  await untilReady(user);
  const answer = await user.gateway("/health/ready");
  expect(answer.status).toBe(200);
  expect(answer.body).toMatch(/redis/i);
  expect(answer.body).toMatch(/neo4j/i);
});

step("the agent answers a message that is put on its stream", async () => {
  expect(await askAgent(user, "e2e-1")).toContain("e2e-1");
});

describe("ssh", () => {
  const stderr: unknown = expect.stringContaining("Permission denied (publickey)");

  step("lets the injected key in", async () => {
    expect(await user.ssh("id -un")).toBe("kalisi");
  });

  step("refuses another key", async () => {
    await expect(user.ssh("true", stranger())).rejects.toMatchObject({ code: 255, stderr });
  });

  step("does not even ask for a password", async () => {
    const options = ["-o", "PubkeyAuthentication=no", "-o", "BatchMode=yes"];
    await expect(user.ssh("true", options)).rejects.toMatchObject({ stderr });
  });
});

step("two ports are published, on 127.0.0.1 only", async () => {
  const { gatewayPort, sshPort } = user.stack;
  expect(await publishedPorts(user)).toStrictEqual(
    [`127.0.0.1:${gatewayPort} -> 8443/tcp`, `127.0.0.1:${sshPort} -> 22/tcp`].sort(),
  );
  for (const address of otherAddresses()) {
    expect([address, await accepts(address, gatewayPort)]).toStrictEqual([address, false]);
    expect([address, await accepts(address, sshPort)]).toStrictEqual([address, false]);
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
  const { code, output } = await user.status();
  expect(code).toBe(0);
  expect(output).toContain(`Container ${user.stack.names.container}: healthy`);
});

describe("up is said only when every service answers", () => {
  const container = () => docker.getContainer(user.stack.names.container);

  step("not of a container that is paused", async () => {
    await pauseContainer(container());
    const wipe = `npm run wipe -- --stack ${user.stack.name} --confirm ${user.stack.name}`;
    for (const { code, output } of [await user.start(), await user.stop(), await user.sh(wipe)]) {
      expect(code).toBe(1);
      expect(output).toContain(`docker unpause ${user.stack.names.container}`);
      expect(output).not.toContain("Kalisi is up");
    }
    expect(await user.status()).toMatchObject({ code: 1 });
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
    expect(await user.status()).toMatchObject({ code: 1 });
    await user.ssh("cd /workspace && ./start.sh --daemon", withKey(user.key), 3 * minutes);
    expect(await user.status()).toMatchObject({ code: 0 });
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
    expect(await whatExists(user.stack.names)).toStrictEqual(user.volumes);
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
    expect(await whatExists(user.stack.names)).toStrictEqual(user.volumes);
    expect(await user.plain("up --yes")).toMatchObject({ code: 0 });
    expect(await user.readBack()).toStrictEqual(["kept", "kept", "kept", "kept"]);
  });
});

describe("keys", () => {
  step("are exchanged in the running container, and whose access ends is told", async () => {
    const { Id } = await user.inspect();
    const { output } = await user.start(`--keys-from '${user.strangersKey}.pub'`);
    expect(output).toMatch(/^May no longer log in: mine-\S+, SHA256:/m);
    expect((await user.inspect()).Id).toBe(Id);
    expect(await user.ssh("id -un", stranger())).toBe("kalisi");
    await expect(user.ssh("true")).rejects.toMatchObject({ code: 255 });
  });

  step("are all taken out by an empty text", async () => {
    const putBack = keepConfig(user);
    const none = "config set --path 'kalisi:ssh.authorizedKeys' ''";
    expect(await user.plain(none)).toMatchObject({ code: 0 });
    expect(await user.plain("up --yes")).toMatchObject({ code: 0 });
    await expect(user.ssh("true", stranger())).rejects.toMatchObject({ code: 255 });
    expect((await user.start("")).output).toContain("no key may log in over SSH");
    putBack();
  });
});

step("without auto-start only sshd runs, and start.sh brings up the rest", async () => {
  expect((await user.start("--no-auto-start")).output).toContain("up without its services");
  await expect(user.gateway("/health/ready")).rejects.toThrow();
  await user.ssh("cd /workspace && ./start.sh --daemon", withKey(user.key), 3 * minutes);
  await untilReady(user);
});

step("the state holds no secret", () => {
  const exported = readFileSync(stateFile(projectBackend(user), user.stack.name), "utf8");
  expect(exported).toContain("kalisi.digest.env");
  for (const secret of Object.values(user.secrets())) expect(exported).not.toContain(secret);
});

step("a user's own backend, passphrase and stack are respected", async () => {
  const { own, backend, env } = await ownBackend(user);
  expect(await user.sh("npm run preview", env)).toMatchObject({ code: 0 });
  expect(existsSync(stateFile(backend, own.name))).toBe(true);
  expect(existsSync(stateFile(projectBackend(user), own.name))).toBe(false);
  rmSync(join(user.clone.path, `Pulumi.${own.name}.yaml`));
});

step("after npm stop, git still sees nothing new", async () => {
  expect(await user.stop()).toMatchObject({ code: 0 });
  expect(user.clone.status()).toBe(untouched);
});
