import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { FarStack, inWords } from "../support/e2e/far-stack";
import { SshHost } from "../support/e2e/ssh-host";
import { drawn, onTerminal, typescript } from "../support/e2e/terminal";
import { shellLines, useTinyImage } from "../support/e2e/tiny-image";
import { eventually } from "../support/eventually";
import { story } from "../support/story";

// What becomes of a connection to another machine, and of what is done over it when it, or the command, ends.
const minutes = 60_000;
jest.setTimeout(4 * minutes);

const step = story(4 * minutes);

let far: FarStack;

beforeAll(async () => {
  far = await FarStack.make("lost", shellLines);
}, 10 * minutes);

afterAll(() => far.end());

async function comesUp(): Promise<void> {
  const { code, output } = await far.run("start");
  expect({ code, output }).toMatchObject({ code: 0 });
  await expect(far.parts()).resolves.toStrictEqual(far.whole);
  expect((await far.inspect()).State.Health?.Status).toBe("healthy");
}

const neverHealthy = "RUN printf '#!/bin/sh\\nexit 1\\n' > /usr/local/bin/kalisi-health";

/** Until the Engine has looked at the container once: then a start has long been waiting for it. */
const waiting = () =>
  eventually(30, async () =>
    (await far.inspect()).State.Health?.Log.length === 0 ? "no health check" : undefined,
  );

/** The last line of a start whose connection is lost, how, once it says something. */
async function cut(when: RegExp, until: () => Promise<void>, how: "KILL" | "STOP") {
  let began = NaN;
  const ended = await far.runUntil("start", when, "--verbose", () => {
    void until().then(() => {
      began = performance.now();
      far.host.dropSessions(how);
    });
  });
  useTinyImage(far.user.clone, shellLines);
  expect((performance.now() - began) / 1000).toBeLessThan(60);
  return inWords(ended).trimEnd().split("\n").at(-1);
}

const toDo = "Once it does, the same command goes on where it ended";

step(
  "a connection that is lost while the image builds fails the start, and the next one works",
  async () => {
    useTinyImage(far.user.clone, [...shellLines, "RUN echo now sleeping && sleep 20"]);
    const last = await cut(/RUN echo now sleeping/, () => Promise.resolve(), "KILL");
    expect(last).toContain(toDo);
    await comesUp();
  },
);

describe.each([
  { how: "KILL", lost: "that ends" },
  { how: "STOP", lost: "that says nothing any more" },
] as const)("a connection $lost", ({ how, lost }) => {
  step(`fails a start that waits for the container: ${lost}`, async () => {
    useTinyImage(far.user.clone, [...shellLines, neverHealthy]);
    await expect(cut(/health-wait creating/, waiting, how)).resolves.toContain(toDo);
    if (how === "STOP") far.host.dropSessions();
    await comesUp();
  });
});

step("one that is lost while nothing runs is opened anew", async () => {
  for (const lose of ["dropSessions", "killMaster"] as const) {
    await far.run("status");
    far.host[lose]();
    const { code, output } = await far.run("shell", "echo here");
    expect({ code, output }).toStrictEqual({ code: 0, output: "here\n" });
  }
});

describe("the Engine's own socket is forwarded", () => {
  const sessionsOfList = async () => {
    const before = far.host.counted("sessions");
    const { code, output } = await far.user.sh("npm run --silent list", far.env);
    expect({ code, output }).toMatchObject({ code: 0 });
    return far.host.counted("sessions") - before;
  };

  step("so that a command takes a session to ask where it is, and no more", async () => {
    await expect(sessionsOfList()).resolves.toBe(1);
  });

  step("an Engine that has gone is told of in the words of the client there", async () => {
    await far.engine.kill();
    await expect(far.refusal("status")).resolves.toMatch(/does not answer: .*connection refused/);
    await far.engine.startDaemon();
    await comesUp();
  });

  step("an sshd that forwards none takes a session for each connection", async () => {
    await far.host.stop();
    await far.host.start(far.hostKey, [], ["AllowStreamLocalForwarding no"]);
    await expect(sessionsOfList()).resolves.toBeGreaterThan(1);
    await comesUp();
    await far.host.stop();
    await far.host.start(far.hostKey);
  });
});

step("a host behind another one is reached through it", async () => {
  const hop = new SshHost(far.engine, "hop");
  const key = hop.makeHostKey("host");
  hop.know(key);
  hop.letIn(true);
  await hop.start(key);
  try {
    far.host.hangUp();
    far.host.reachBy(hop);
    await comesUp();
    expect(hop.counted("logins")).toBe(1);
  } finally {
    far.host.hangUp();
    far.host.reachBy();
    await hop.stop();
    hop.remove();
  }
});

describe("a key with a passphrase, and no agent", () => {
  step("without a terminal it is refused in OpenSSH's words", async () => {
    far.host.hangUp();
    far.host.setPassphrase("open sesame");
    await expect(far.refusal("start")).resolves.toContain("Permission denied");
  });

  step("on a terminal OpenSSH asks for it", async () => {
    const asks = "Enter passphrase";
    const variables = Object.entries(far.env).map(([name, value]) => `${name}="${value}"`);
    const shown = await onTerminal(
      far.user,
      100,
      [...variables, `npm run --silent start -- --stack ${far.user.stack.name}`].join(" "),
      `(until grep -q "${asks}" ${typescript}; do sleep 0.2; done; echo open sesame)`,
    );
    far.host.setPassphrase("", "open sesame");
    expect(shown.split(asks)).toHaveLength(2);
    expect(drawn(shown).join("\n")).toContain("Kalisi is up");
  });
});

/** Kills a start while it places files, and leaves what copies them, as one that is killed a moment later. */
async function killedWhilePlacing(): Promise<void> {
  appendFileSync(join(far.user.clone.path, "config/neo4j/neo4j.conf"), "# once more\n");
  const when = /files-place.*(creating|updating)/;
  const { code, output } = await far.runUntil("start", when, "", "SIGKILL");
  expect({ code, output }).not.toMatchObject({ code: 0 });
  const name = `${far.filesVolume}-writer`;
  const { docker } = far.engine;
  const { Labels } = await docker.getVolume(far.filesVolume).inspect();
  const found = await docker.listContainers({ all: true, filters: { name: [name] } });
  if (found.length === 0) {
    await docker.createContainer({
      name,
      Image: (await far.inspect()).Image,
      Labels,
      HostConfig: { Mounts: [{ Type: "volume", Source: far.filesVolume, Target: "/files" }] },
    });
  }
}

step("a start that is killed while it places files leaves the next one able to", async () => {
  await killedWhilePlacing();
  await comesUp();
});

step("and a wipe then leaves nothing", async () => {
  await killedWhilePlacing();
  const { code, output } = await far.run("wipe", `--confirm ${far.user.stack.name}`);
  expect({ code, output }).toMatchObject({ code: 0 });
  await expect(far.parts()).resolves.toStrictEqual([]);
});
