import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { buildProgram } from "../../cli/program";
import { refuseSwallowed } from "../../cli/swallowed-options";
import { UsageError } from "../../cli/user-error";

const root = join(__dirname, "..", "..");

/** What is said of a command whose environment npm has made. */
async function said(
  name: string,
  env: NodeJS.ProcessEnv,
  args: readonly string[] = [],
): Promise<string | undefined> {
  const program = await buildProgram(root, [name]);
  const command = program.commands.find((each) => each.name() === name);
  if (command === undefined) throw new Error(`there is no ${name}`);
  try {
    refuseSwallowed(root, command, args, env);
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    return (error as Error).message.split("\n").at(-1);
  }
}

describe("an option without -- before it is refused", () => {
  test.each([
    ["start", { npm_config_preview: "true" }, [], "npm start -- --preview"],
    ["start", { npm_config_auto_start: "" }, [], "npm start -- --no-auto-start"],
    ["start", { npm_config_keys_from: "k.pub" }, [], "npm start -- --keys-from k.pub"],
    ["stop", { npm_config_stack: "x" }, [], "npm stop -- --stack x"],
    ["stop", { npm_config_stack: "true" }, ["x"], "npm stop -- --stack x"],
    ["status", { npm_config_json: "true" }, [], "npm run status -- --json"],
    ["logs", { npm_config_force: "true" }, [], "npm run logs -- --follow"],
    ["wipe", { npm_config_confirm: "dev" }, [], "npm run wipe -- --confirm dev"],
  ])("%s with %j", async (name, env, args, typed) => {
    expect(await said(name, env, args)).toBe(`Type: ${typed}`);
  });
});

test("what is no option of the command is npm's business", async () => {
  const env = { npm_config_stack: "x", npm_config_loglevel: "silent", npm_config_yes: "true" };
  expect(await said("test", env)).toBeUndefined();
});

test("what the user's npm has for every command was not typed", async () => {
  const folder = mkdtempSync(join(tmpdir(), "kalisi-npmrc-"));
  const userconfig = join(folder, "npmrc");
  writeFileSync(userconfig, "json = true\n");
  const env = { npm_config_userconfig: userconfig, npm_config_json: "true" };
  expect(await said("status", env)).toBeUndefined();
  expect(await said("status", { ...env, npm_config_stack: "x" })).toContain("--stack x");
  rmSync(folder, { recursive: true });
});

test.each([
  [["stop", "--stack=x"], "npm stop -- --stack x"],
  [["start", "--preview"], "npm start -- --preview"],
  [["stop", "blue"], "too many arguments"],
  [["start", "--", "--", "--preview"], "too many arguments"],
  [["stop", "--", "--stack", "Prod 1"], "A stack's name has letters, digits"],
])("npm %j ends with 2 before anything begins", (typed, told) => {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith("npm_")),
  );
  const { status, stdout, stderr } = spawnSync("npm", typed, { cwd: root, encoding: "utf8", env });
  expect(stdout + stderr).toContain(told);
  expect(status).toBe(2);
});
