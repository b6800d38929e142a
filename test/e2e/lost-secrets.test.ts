import { existsSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { whatExists } from "../support/e2e/probe";
import type { Session } from "../support/e2e/session";
import { startTinyStack } from "../support/e2e/tiny-image";
import { story } from "../support/story";

// A settings file that is gone while there is data that its secrets may have encrypted.
const minutes = 60_000;
jest.setTimeout(3 * minutes);

const step = story(3 * minutes);

let user: Session;
let path: string;
let secrets: string;

beforeAll(async () => {
  user = await startTinyStack("lost");
  path = join(user.clone.path, "examples", "source", ".env");
  secrets = readFileSync(path, "utf8");
}, 20 * minutes);

afterAll(() => user.end());

/** Runs a command that is to refuse new secrets; what it says. */
async function refused(line: string): Promise<string> {
  const { code, output } = await user.sh(line);
  expect(code).toBe(1);
  expect(output).toContain("examples/source/.env is missing, and was not made anew");
  expect(output.trimEnd().split("\n").at(-1)).toBe(`Else put the file back: ${path}`);
  expect(existsSync(path)).toBe(false);
  return output;
}

step("while the stack is up, its container gives the file back", async () => {
  rmSync(path);
  const output = await refused(`npm start -- --stack ${user.stack.name}`);
  const [, line = "false"] = /still has the file: (.+)$/m.exec(output) ?? [];
  expect(await user.sh(line)).toMatchObject({ code: 0 });
  expect(readFileSync(path, "utf8")).toBe(secrets);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const { Id } = await user.inspect();
  expect(await user.start()).toMatchObject({ code: 0 });
  expect((await user.inspect()).Id).toBe(Id);
});

step("after a stop, no command makes new secrets, nor for another stack of the tree", async () => {
  await user.stop();
  rmSync(path);
  const { name } = user.stack;
  for (const line of [
    `npm start -- --stack ${name}`,
    `npm run preview -- --stack ${name}`,
    `npm run preview -- --base HEAD --stack ci`,
    `npm run env -- --stack ${name}`,
    `npm start -- --stack ${name}-2`,
  ]) {
    const output = await refused(line);
    for (const volume of user.volumes) {
      expect(output).toContain(`volume ${volume} of stack ${name}, on unix:///`);
    }
  }
  expect(await whatExists(user.stack.names)).toStrictEqual(user.volumes);
});

step("plain Pulumi makes none either", async () => {
  const { code, output } = await user.up();
  expect(code).not.toBe(0);
  expect(output).toContain("fix: make it with: npm run env");
  expect(existsSync(path)).toBe(false);
});

step("what an update of the tree that was killed has put aside is put back", async () => {
  const kept = `${path}.kalisi-kept`;
  await user.sh(`npm run env -- --new-secrets --stack ${user.stack.name}`);
  const made = readFileSync(path, "utf8");
  expect(made).not.toBe(secrets);
  renameSync(path, kept);
  const { output } = await user.up();
  expect(output).toContain(`your settings are in ${kept}`);
  const started = await user.start();
  expect(started).toMatchObject({ code: 0 });
  expect(started.output).toContain("examples/source/.env (put back:");
  expect(readFileSync(path, "utf8")).toBe(made);
});
