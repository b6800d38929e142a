import { SecondEngine } from "../../support/e2e/second-engine";
import { Session } from "../../support/e2e/session";
import { stackBeside } from "../../support/e2e/stack";
import { useTinyImage } from "../../support/e2e/tiny-image";
import { eventually } from "../../support/eventually";
import { fault } from "../../support/faults/fault";
import type { Outcome } from "../../support/faults/matrix";
import { survive } from "../../support/faults/patient";
import { Writer } from "../../support/faults/writer";

// On an Engine of the test's own: the machine's has the containers of others.
const minutes = 60_000;
jest.setTimeout(10 * minutes);

const engine = new SecondEngine();
let user: Session;

beforeAll(async () => {
  user = new Session(await stackBeside("daemon"));
  await Promise.all([user.prepare(), engine.start()]);
  await user.set({ "kalisi:dockerHost": engine.uri });
  await engine.copyImages("kalisi/debian:trixie", "ubuntu:24.04", testImage());
}, 20 * minutes);

afterAll(async () => {
  await engine.stop();
  await user.end();
});

function testImage(): string {
  return process.env["KALISI_TEST_IMAGE"] ?? "kalisi/image-test:latest";
}

const container = () => engine.docker.getContainer(user.stack.names.container);

const dies = {
  "restart of the daemon": () => engine.restart(),
  "`kill -9` of the daemon, and its next start": async () => {
    await engine.kill();
    await engine.startDaemon();
  },
} as const;

/** Waits until the container has been started anew and is healthy. */
function untilHealthyAfter(startedAt: string): Promise<void> {
  return eventually(300, async () => {
    const { State } = await container().inspect();
    const well = State.StartedAt !== startedAt && State.Health?.Status === "healthy";
    return well ? undefined : JSON.stringify({ ...State, Health: State.Health?.Status });
  });
}

/** What an `npm start` says that the daemon left in the lurch, and how long the next one takes. */
async function lost(when: RegExp, die: () => Promise<unknown>, options = ""): Promise<Outcome> {
  let dead: Promise<unknown> = Promise.resolve();
  const line = `npm start -- --stack ${user.stack.name} ${options}`;
  const { code, output } = await user.clone.interrupt(line, when, user.env, () => {
    dead = die();
  });
  await dead;
  expect(code).not.toBe(0);
  useTinyImage(user.clone);
  const began = performance.now();
  expect(await user.start("")).toMatchObject({ code: 0 });
  const seconds = (performance.now() - began) / 1000;
  expect(output).not.toMatch(/^ +at .*:\d+:\d+\)?$/m);
  return { sees: "`npm start` ends with an error; the next one works", seconds };
}

/**
 * Waits until the container is well again. A daemon that was killed stops what it finds running when it is started, and
 * Engine 20.10 counts that as a stop by the user.
 *
 * @returns who has started it
 */
async function untilBack(startedAt: string): Promise<string> {
  const { State } = await container().inspect();
  expect(await user.start("")).toMatchObject({ code: 0 });
  await untilHealthyAfter(startedAt);
  return State.Running
    ? "the Engine starts the container again; `npm start` changes nothing"
    : "the Engine leaves the container stopped; `npm start` starts it";
}

for (const [name, die] of Object.entries(dies)) {
  fault("The Docker daemon fails", `${name}, with a tiny image, while it is up`, async () => {
    useTinyImage(user.clone);
    expect(await user.start("")).toMatchObject({ code: 0 });
    const { Id, State } = await container().inspect();
    const began = performance.now();
    await die();
    const sees = await untilBack(State.StartedAt);
    const seconds = (performance.now() - began) / 1000;
    expect((await container().inspect()).Id).toBe(Id);
    return { sees, seconds };
  });

  fault("The Docker daemon fails", `${name}, while an image is built`, () => {
    useTinyImage(user.clone, ["RUN echo now sleeping && sleep 602"]);
    return lost(/RUN echo now sleeping/, die, "--verbose");
  });

  fault("The Docker daemon fails", `${name}, while the gate waits`, () => {
    useTinyImage(user.clone, [
      "RUN printf '#!/bin/sh\\ntest -e /tmp/healthy\\n' > /usr/local/bin/kalisi-health",
    ]);
    return lost(/health-wait: creating/, die);
  });

  fault("The Docker daemon fails", `${name}, under load`, async () => {
    await user.stop();
    await user.set({ "kalisi:image.pull": testImage() });
    expect(await user.start("")).toMatchObject({ code: 0 });
    const { names } = user.stack;
    const password = user.secrets().NEO4J_PASSWORD;
    const writer = new Writer(names.container, password, undefined, engine.docker);
    try {
      const { State } = await container().inspect();
      return await survive(
        () => writer,
        () => Promise.resolve(),
        { strike: die, sees: () => untilBack(State.StartedAt) },
      );
    } finally {
      await writer.stop();
      await user.stop();
      await user.plain("config rm --path kalisi:image.pull");
    }
  });
}
