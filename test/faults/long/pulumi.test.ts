import { whatExists } from "../../support/e2e/probe";
import type { Session } from "../../support/e2e/session";
import { startTinyStack, useTinyImage } from "../../support/e2e/tiny-image";
import { fault } from "../../support/faults/fault";
import type { Outcome } from "../../support/faults/matrix";

const minutes = 60_000;
jest.setTimeout(5 * minutes);

let user: Session;

beforeAll(async () => {
  user = await startTinyStack("killed");
}, 20 * minutes);

afterAll(() => user.end());

/** Lines of a tiny image whose container is not healthy as long as nobody says so, and takes its time to stop. */
const slow = [
  "RUN printf '#!/bin/sh\\ntest -e /tmp/healthy\\n' > /usr/local/bin/kalisi-health",
  `CMD ["sh", "-c", "trap 'sleep 2; exit 0' TERM; sleep infinity & wait"]`,
];

/** Kills everything that a command runs once it says something; then the command is to work. */
async function killed(command: "start" | "stop", when: RegExp, options = ""): Promise<Outcome> {
  const line = `exec npm ${command} -- --stack ${user.stack.name} ${options}`;
  const first = await user.clone.interrupt(line, when, user.env, "SIGKILL");
  expect(first.output).toMatch(when);
  expect(first.code).not.toBe(0);
  useTinyImage(user.clone);
  const began = performance.now();
  const again = command === "start" ? await user.start("") : await user.stop();
  const seconds = (performance.now() - began) / 1000;
  expect(again).toMatchObject({ code: 0 });
  if (command === "stop") {
    expect(await whatExists(user.stack.names)).toStrictEqual([...user.volumes]);
    expect(await user.start("")).toMatchObject({ code: 0 });
  }
  expect((await user.inspect()).State.Health?.Status).toBe("healthy");
  const said = /^Released stack/m.test(again.output) ? ", and says that it releases the stack" : "";
  return { sees: `the next \`npm ${command}\` works${said}`, seconds };
}

for (const [stage, when, image, options] of [
  // Without it no step of so short a build is shown.
  [
    "builds the image",
    /RUN echo now sleeping/,
    ["RUN echo now sleeping && sleep 601"],
    "--verbose",
  ],
  ["removes the former container", /container-run: removing/, slow],
  ["creates the container", /container-run: creating/, slow],
  ["hands over the keys", /ssh-keys-authorize: creating/, slow],
  ["waits at the gate", /health-wait: creating/, slow],
] as const) {
  fault("Pulumi is killed", `while \`npm start\` ${stage}`, () => {
    useTinyImage(user.clone, image);
    return killed("start", when, options);
  });
}

for (const [stage, when] of [
  ["begins", /removing/],
  ["removes the container", /container-run: removing/],
  ["removes the network", /network-bridge: removing/],
] as const) {
  fault("Pulumi is killed", `while \`npm stop\` ${stage}`, () => killed("stop", when));
}
