import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  readHealthyStarts,
  recordHealthyStart,
  rollbackFolder,
} from "../../cli/rollback/healthy-starts";
import { commandsOf } from "../support/e2e/commands";
import { docker, removeImage } from "../support/e2e/probe";
import type { Session } from "../support/e2e/session";
import { startTinyStack, useTinyImage } from "../support/e2e/tiny-image";
import { story } from "../support/story";

// A stack that was changed for the worse, and goes back. One story: each step goes on from where the one before it left
// the stack.
const minutes = 60_000;
jest.setTimeout(3 * minutes);

const step = story(3 * minutes);

let user: Session;
/** The images of two healthy starts, one after the other. */
let first: string;
let second: string;
/** The settings file of the failed start. */
let failed: string;
const { run, runJson, said } = commandsOf(() => user);

beforeAll(async () => {
  user = await startTinyStack("rollback");
}, 20 * minutes);

afterAll(async () => {
  await user.end();
  await Promise.all([first, second].map((id) => removeImage(id)));
});

const settingsPath = () => join(user.clone.path, `Pulumi.${user.stack.name}.yaml`);
const settings = () => readFileSync(settingsPath(), "utf8");
const imageOf = async () => (await user.inspect()).Image;
const startsKnown = () => readHealthyStarts(user.clone.path, user.stack.name);

step("healthy starts are recorded, with image and settings", async () => {
  await user.set({ "kalisi:timeouts.healthySeconds": 20 });
  useTinyImage(user.clone);
  expect(await user.start()).toMatchObject({ code: 0 });
  first = await imageOf();
  await user.set({ "kalisi:redis.memory": "64m" });
  useTinyImage(user.clone);
  expect(await user.start()).toMatchObject({ code: 0 });
  second = await imageOf();
  expect(startsKnown().map(({ image }) => image)).toStrictEqual([second, first]);
});

step("a start that fails is not", async () => {
  useTinyImage(user.clone, [
    "RUN printf '#!/bin/sh\\necho broken; exit 1\\n' > /usr/local/bin/kalisi-health",
  ]);
  await user.set({ "kalisi:redis.memory": "32m" });
  failed = settings();
  const { code, output } = await user.start();
  expect(code).toBe(1);
  expect(output.trimEnd()).toMatch(/Back to the last healthy start.*: npm run rollback$/);
  expect(await imageOf()).not.toBe(second);
  expect(startsKnown()).toHaveLength(2);
});

step("npm run rollback goes back to the last healthy one, and npm start stays there", async () => {
  const { code, result } = await runJson("rollback");
  expect(code).toBe(0);
  expect(result).toMatchObject({ stack: user.stack.name, imageDigest: second });
  expect(await said()).toContain("npm run rollback -- --undo");
  expect(await imageOf()).toBe(second);
  expect(settings()).toContain(`pull: ${second}`);
  expect(settings()).toContain("memory: 64m");
  const { Id } = await user.inspect();
  expect(await user.start("")).toMatchObject({ code: 0 });
  expect((await user.inspect()).Id).toBe(Id);
});

step("there is nothing to build or to pull then, and --build says so", async () => {
  const { code, output } = await user.start("--build");
  expect(code).toBe(1);
  expect(output).toContain("[KALISI-IMAGE-ID]");
  expect(await imageOf()).toBe(second);
});

step("a second one goes back further, and a third one changes nothing", async () => {
  expect((await run("rollback")).code).toBe(0);
  expect(await imageOf()).toBe(first);
  expect(settings()).not.toContain("64m");
  const before = settings();
  expect((await run("rollback")).code).toBe(1);
  expect(await said()).toContain("[KALISI-ROLLBACK-NONE]");
  expect(settings()).toBe(before);
});

step("npm run prune keeps the image that a stopped stack was rolled back to", async () => {
  expect(await user.stop()).toMatchObject({ code: 0 });
  expect((await run("prune")).code).toBe(0);
  await expect(docker.getImage(first).inspect()).resolves.toMatchObject({ Id: first });
});

step("where it is gone, npm start asks no registry for what has the name", async () => {
  const was = settings();
  writeFileSync(settingsPath(), was.replace(first, `sha256:${"0".repeat(64)}`));
  const { code, output } = await user.start();
  expect(code).toBe(1);
  expect(output).toContain("[KALISI-IMAGE-GONE]");
  writeFileSync(settingsPath(), was);
});

step("--undo brings back the settings that were replaced first, and a build", async () => {
  useTinyImage(user.clone);
  const { code, output } = await run("rollback", "--undo");
  expect(output).toContain("is as it was before the rollback");
  expect(code).toBe(0);
  expect(settings()).toBe(failed);
  expect([first, second]).not.toContain(await imageOf());
  expect((await run("rollback", "--undo")).code).toBe(1);
  expect(await said()).toContain("[KALISI-ROLLBACK-NONE]");
});

step("what a newer server has written keeps it from going back", async () => {
  const [now] = startsKnown();
  if (now === undefined) throw new Error("there is no start to go back from");
  const { clone, stack } = user;
  writeFileSync(join(rollbackFolder(clone.path), `${stack.name}.json`), "[]");
  recordHealthyStart(clone.path, stack.name, {
    ...now,
    image: first,
    versions: { Neo4j: "5.26.1" },
  });
  recordHealthyStart(clone.path, stack.name, { ...now, versions: { Neo4j: "2025.1.0" } });
  const before = settings();
  expect((await run("rollback")).code).toBe(1);
  expect(await said()).toContain("[KALISI-ROLLBACK-VERSIONS]");
  expect(settings()).toBe(before);
  expect(await imageOf()).toBe(now.image);
});
