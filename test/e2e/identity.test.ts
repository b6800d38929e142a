import { execFileSync, spawnSync } from "node:child_process";
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { whatExists } from "../support/e2e/probe";
import type { Session } from "../support/e2e/session";
import { startTinyStack } from "../support/e2e/tiny-image";
import { story } from "../support/story";

// What a clone has on an Engine stays its own, and no copy's, whatever becomes of its files.
const minutes = 60_000;
jest.setTimeout(4 * minutes);

const step = story(4 * minutes);

let user: Session;
let id: string;
let copy: string;

beforeAll(async () => {
  user = await startTinyStack("identity");
  ({ Id: id } = await user.inspect());
  copy = join(dirname(user.clone.path), "copy");
}, 20 * minutes);

afterAll(() => user.end());

const profile = () => join(user.clone.path, ".kalisi", "machine.json");

/** Runs a line in another folder than the session's. */
function runIn(folder: string, line: string) {
  const { status, stdout, stderr } = spawnSync("sh", ["-c", line], {
    cwd: folder,
    env: { ...process.env, ...user.env },
    encoding: "utf8",
  });
  return { code: status, output: stdout + stderr };
}

async function expectUntouched(): Promise<void> {
  expect((await user.inspect()).Id).toBe(id);
  const { container, network } = user.stack.names;
  expect(await whatExists(user.stack.names)).toStrictEqual([container, network, ...user.volumes]);
}

step("a machine profile that was cut short is mended by the next start", async () => {
  writeFileSync(profile(), "{");
  const { code, output } = await user.start();
  expect(code).toBe(0);
  expect(output).toContain(".kalisi/machine.json is damaged: set aside as machine.json.damaged");
  await expectUntouched();
});

step("one that cannot be used is mended by what its message says", async () => {
  writeFileSync(profile(), '{"from":1}');
  const { code, output } = await user.start();
  expect(code).toBe(1);
  expect(output.trimEnd().split("\n").at(-1)).toBe(
    "    fix: create it again: npm start -- --setup",
  );
  expect(await user.start(`--setup --keys-from '${user.key}.pub'`)).toMatchObject({ code: 0 });
  await expectUntouched();
});

step("all that is local to the clone can be lost, and the container is still its own", async () => {
  rmSync(join(user.clone.path, ".kalisi"), { recursive: true });
  expect(await user.start()).toMatchObject({ code: 0 });
  await expectUntouched();
});

step("a copy of the clone touches nothing of its", async () => {
  execFileSync("cp", ["--archive", user.clone.path, copy]);
  const { name } = user.stack;
  for (const line of [
    `npm run wipe -- --stack ${name} --confirm ${name}`,
    `npm stop -- --stack ${name}`,
    `npm start -- --stack ${name}`,
    `npm run pulumi -- destroy --yes --stack ${name}`,
    `. .kalisi/activate && pulumi up --yes --skip-preview --stack ${name}`,
  ]) {
    const { code, output } = runIn(copy, line);
    expect(code).not.toBe(0);
    expect(output).toContain(`is of the clone in ${user.clone.path}, which is still there`);
    expect(output).toContain("npm run clone -- --copied");
  }
  await expectUntouched();
});

step("nor does it once it is a clone of its own", async () => {
  expect(runIn(copy, "npm run clone -- --copied")).toMatchObject({ code: 0 });
  const { name } = user.stack;
  const stopped = runIn(copy, `npm stop -- --stack ${name}`);
  expect(stopped.output).toContain(`There is no stack ${name}, nor any other`);
  const started = runIn(copy, `npm start -- --stack ${name}`);
  expect(started.code).toBe(1);
  expect(started.output).toContain(`(stack ${name} of another clone, `);
  const wiped = runIn(copy, `npm run wipe -- --stack ${name} --confirm ${name}`);
  expect(wiped.output).toContain("Nothing was removed");
  await expectUntouched();
});

step("a clone that is moved goes on as it was", async () => {
  const moved = join(dirname(user.clone.path), "moved");
  renameSync(user.clone.path, moved);
  const { name } = user.stack;
  expect(runIn(moved, `npm start -- --stack ${name}`)).toMatchObject({ code: 0 });
  await user.inspect();
  const wipe = `npm run wipe -- --stack ${name} --confirm ${name}`;
  expect(runIn(moved, wipe)).toMatchObject({ code: 0 });
  expect(await whatExists(user.stack.names)).toStrictEqual([]);
});
