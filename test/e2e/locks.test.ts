import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { lockFolder } from "../../config/engine/state-file";
import { whatExists } from "../support/e2e/probe";
import type { Session } from "../support/e2e/session";
import { startTinyStack, useTinyImage } from "../support/e2e/tiny-image";
import { writeText } from "../support/files";
import { story } from "../support/story";

// The lock that Pulumi leaves where it is killed: whose it is decides.
const minutes = 60_000;
jest.setTimeout(3 * minutes);

const step = story(3 * minutes);

let user: Session;
let locks: string;
/** What the lock of the killed Pulumi had in it. */
let content: string;

beforeAll(async () => {
  user = await startTinyStack("locks");
  locks = lockFolder(user.clone.path, user.stack.name, {}) ?? "";
}, 20 * minutes);

afterAll(() => user.end());

const released = () =>
  new RegExp(`^Released stack ${user.stack.name}, which was locked by process \\d+ of `, "m");

/** Locks the stack as the killed Pulumi did, or as the same one on another machine. */
function lock(change: object = {}): void {
  const found = JSON.parse(content) as object;
  writeText(join(locks, "1.json"), JSON.stringify({ ...found, ...change }));
}

step(
  "npm start after a Pulumi that was killed in a build frees the stack and brings it up",
  async () => {
    const before = await user.inspect();
    useTinyImage(user.clone, ["RUN echo now sleeping && sleep 60"]);
    const line = `. .kalisi/activate && exec pulumi up --yes --skip-preview --stack ${user.stack.name}`;
    await user.clone.interrupt(line, /RUN echo now sleeping/, user.env, "SIGKILL");
    const [left = ""] = readdirSync(locks);
    content = readFileSync(join(locks, left), "utf8");
    useTinyImage(user.clone);
    const { code, output } = await user.start();
    expect(code).toBe(0);
    expect(output).toMatch(released());
    expect((await user.inspect()).Id).not.toBe(before.Id);
    expect(readdirSync(locks)).toStrictEqual([]);
  },
);

step(
  "a lock of another machine is left, and its owner named with what frees the stack",
  async () => {
    lock({ hostname: "elsewhere", username: "eve" });
    const { name } = user.stack;
    const free = `npm run pulumi -- cancel --yes --stack ${name}`;
    for (const line of [
      `npm start -- --stack ${name}`,
      `npm stop -- --stack ${name}`,
      `npm run wipe -- --stack ${name} --confirm ${name}`,
    ]) {
      const { code, output } = await user.sh(line);
      expect(code).toBe(1);
      expect(output).toMatch(
        new RegExp(`stack ${name} is locked by process \\d+ of eve on elsewhere`),
      );
      expect(output.trimEnd().endsWith(free)).toBe(true);
    }
    expect(await user.sh(free)).toMatchObject({ code: 0 });
    expect(readdirSync(locks)).toStrictEqual([]);
    expect(await whatExists(user.stack.names)).toContain(user.stack.names.container);
  },
);

for (const command of [
  "npm run pulumi -- up --yes --skip-preview",
  "npm stop --",
  "npm start --",
]) {
  step(`${command} frees the stack of a lock whose owner is gone`, async () => {
    lock();
    const { code, output } = await user.sh(`${command} --stack ${user.stack.name}`);
    expect(code).toBe(0);
    expect(output).toMatch(released());
  });
}

step("and so does a wipe", async () => {
  lock();
  const { name } = user.stack;
  const { code, output } = await user.sh(`npm run wipe -- --stack ${name} --confirm ${name}`);
  expect(code).toBe(0);
  expect(output).toMatch(released());
  expect(await whatExists(user.stack.names)).toStrictEqual([]);
  expect(existsSync(join(locks, "1.json"))).toBe(false);
});
