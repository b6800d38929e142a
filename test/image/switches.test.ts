import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { loopbackPort } from "../../components/ports";
import { port } from "../../config/settings/units";
import { makeKeyPair } from "../support/e2e/clone";
import { accepts, freePort, ssh, withKey } from "../support/e2e/probe";
import { eventually } from "../support/eventually";
import type { TestContainer } from "../support/image/container";
import { ownContainers } from "../support/image/own-containers";
import type { Wishes } from "../support/image/wishes";
import { story } from "../support/story";

jest.setTimeout(300_000);

const step = story(300_000);

const startOne = ownContainers();

async function start(wishes?: Wishes) {
  const container = await startOne({ autoStart: false, ...wishes });
  await untilReachable(container);
  return container;
}

/** Its preparation does not wait for sshd to listen. */
async function untilReachable(container: TestContainer): Promise<void> {
  await container.untilPrepared();
  await container.untilHealthy();
}

describe("sudo", () => {
  let kalisi: TestContainer;

  beforeAll(async () => {
    kalisi = await start();
  });

  step("is refused unless it is switched on, and nothing else makes anybody root", async () => {
    const { code, stderr } = await kalisi.runAs("kalisi", "sudo", "-n", "id");
    expect(code).toBe(1);
    expect(stderr).toContain('The "no new privileges" flag is set');
    expect(await kalisi.ask("grep", "NoNewPrivs", "/proc/1/status")).toMatch(/1$/);
  });

  step("works where it is switched on, to the point of installing a package", async () => {
    await kalisi.recreate({ options: { sudo: true } });
    await kalisi.untilPrepared();
    expect(await kalisi.runAs("kalisi", "sudo", "-n", "id", "-u")).toMatchObject({
      code: 0,
      stdout: "0\n",
    });
    // What dpkg does to a file that belongs to a package's own user.
    const steps = "touch /opt/x && chown 7474 /opt/x && chmod 4750 /opt/x && stat -c %a /opt/x";
    expect(await kalisi.runAs("kalisi", "sudo", "-n", "sh", "-c", steps)).toMatchObject({
      code: 0,
      stdout: "4750\n",
    });
  });

  step("is gone when it is switched off again", async () => {
    await kalisi.recreate({ options: {} });
    await kalisi.untilPrepared();
    expect((await kalisi.runAs("kalisi", "sudo", "-n", "id")).code).toBe(1);
    expect(await kalisi.run("test", "-e", "/etc/sudoers.d/kalisi")).toMatchObject({ code: 1 });
  });
});

test("ssh leads to ports inside, and to none of the client's", async () => {
  const folder = mkdtempSync(join(tmpdir(), "kalisi-forward-"));
  const key = makeKeyPair(folder, "mine");
  const published = await freePort();
  const kalisi = await start({ options: { ports: [loopbackPort(port(22), published)] } });
  await kalisi.setKeys(readFileSync(`${key}.pub`, "utf8"));
  await kalisi.ask("s6-svc", "-uwU", "-T", "10000", "/run/service/redis");
  // To Redis, which no port is published for.
  const local = await freePort();
  const tunnel = ["-L", `${local}:127.0.0.1:6379`, "-o", "ExitOnForwardFailure=yes"];
  const through = ssh(published, [...withKey(key), ...tunnel], "cat");
  try {
    await eventually(10, async () => ((await accepts("127.0.0.1", local)) ? undefined : "closed"));
    expect(await ping(local)).toBe("+PONG");
  } finally {
    // The tunnel is there before the command is.
    await eventually(10, async () => {
      const { code } = await kalisi.run("pkill", "-u", "kalisi", "-x", "cat");
      return code === 0 ? undefined : "no cat";
    });
    await through.catch(() => undefined);
  }
  const back = ["-R", "6380:127.0.0.1:6379", "-o", "ExitOnForwardFailure=yes"];
  await expect(ssh(published, [...withKey(key), ...back], "true")).rejects.toThrow(
    /remote port forwarding failed/,
  );
  rmSync(folder, { recursive: true });
});

/** Asks whoever speaks Redis' protocol on a port of this machine. */
async function ping(port: number): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.end("PING\r\n");
  return (await text(socket)).trim();
}

test("ssh -A lends the agent only where agent forwarding is switched on", async () => {
  const folder = mkdtempSync(join(tmpdir(), "kalisi-agent-"));
  const key = makeKeyPair(folder, "mine");
  const socket = join(folder, "agent");
  const agent = spawn("ssh-agent", ["-D", "-a", socket], { stdio: ["ignore", "pipe", "inherit"] });
  // Its first words come when it listens.
  await new Promise((resolve) => agent.stdout.once("data", resolve));
  try {
    const published = await freePort();
    const ports = [loopbackPort(port(22), published)];
    execFileSync("ssh-add", ["-q", key], { env: { ...process.env, SSH_AUTH_SOCK: socket } });
    const agentInside = async (container: TestContainer) => {
      await container.setKeys(readFileSync(`${key}.pub`, "utf8"));
      return ssh(
        published,
        [...withKey(key), "-A", "-o", `IdentityAgent=${socket}`],
        "ssh-add -l || true",
      );
    };

    const kalisi = await start({ options: { ports } });
    expect(await agentInside(kalisi)).toBe("");
    await kalisi.recreate({ options: { ports, ssh: { agentForwarding: true } } });
    await untilReachable(kalisi);
    expect(await agentInside(kalisi)).toMatch(/^256 SHA256:\S+ mine \(ED25519\)$/);
  } finally {
    agent.kill();
    rmSync(folder, { recursive: true });
  }
});
