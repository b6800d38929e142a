import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { buildProgram } from "../../cli/program";
import { runCommand } from "../../cli/run-command";

const root = join(__dirname, "..", "..");
let program: CommandUnknownOpts;
const readme = readFileSync(join(root, "README.md"), "utf8");
const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  scripts: Record<string, string>;
};

/** The cells of the README's table rows, without those of headings. */
const rows = readme
  .split("\n")
  .filter((line) => line.startsWith("| `"))
  .map((line) => line.split(" | ").map((cell) => cell.replace(/^\| |\s*\|?$/g, "")));

/** Commands and options as the README has them, such as `start` and `start --build`. */
const documented = rows.flatMap(([first = "", second = ""]) => {
  const [, words = ""] = /^`([^`]*)`/.exec(first) ?? [];
  const command = /^npm (?:run )?([a-z]+(?:-[a-z]+)*)/.exec(words)?.[1];
  const option = /(?:^|\s)(--[a-z-]+)/.exec(words.replace(" -- ", " "))?.[1];
  if (command !== undefined) {
    return [option === undefined ? command : `${command} ${option}`];
  }
  return option === undefined ? [] : second.split(", ").map((name) => `${name} ${option}`);
});

/** The same as --help has them. */
const declared = () =>
  program.commands.flatMap((command) => [
    command.name(),
    ...command.options.map(({ long }) => `${command.name()} ${long ?? ""}`),
  ]);

beforeAll(async () => {
  program = await buildProgram(root);
});

test("the README's tables have every command and option, and no other", () => {
  expect(declared()).toContain("wipe --confirm");
  expect([...documented].sort()).toStrictEqual(declared().sort());
});

test("short options are named where the long ones are", () => {
  const short = program.commands.flatMap(({ options }) =>
    options.flatMap((one) => one.short ?? []),
  );
  expect(short).toStrictEqual(["-f", "-n"]);
  for (const option of short) {
    expect(readme).toContain(`(\`${option}\`)`);
  }
});

test("package.json runs every command, by its name", () => {
  const run = Object.entries(scripts).flatMap(([name, line]) =>
    line === `node cli/bootstrap.cjs ${name}` ? [name] : [],
  );
  expect(run.sort()).toStrictEqual(program.commands.map((command) => command.name()).sort());
});

test.each([
  ["an option that there is not", ["status", "--nope"], 2],
  ["a command that there is not", ["nope"], 2],
  ["a word too many", ["stop", "now"], 2],
  ["a number that is none", ["logs", "--tail", "all"], 2],
  ["a check that there is not", ["test", "nope"], 2],
  ["an option given twice", ["start", "--keys-from", "a", "--keys-from", "b"], 2],
  ["two stacks", ["status", "--stack", "a", "--stack", "b"], 2],
  ["options that say the same thing", ["start", "--keys-from", "a", "--authorized-keys", "b"], 2],
  ["no command", [], 2],
  ["--help", ["start", "--help"], 0],
])("%s: %j ends with exit code %i", async (_, args, code) => {
  const write = jest.spyOn(process.stderr, "write").mockReturnValue(true);
  const help = jest.spyOn(process.stdout, "write").mockReturnValue(true);
  const said = jest.spyOn(console, "error").mockReturnValue();
  try {
    expect(await runCommand(root, args)).toBe(code);
    expect(write.mock.calls.length + said.mock.calls.length > 0).toBe(code !== 0);
  } finally {
    for (const spy of [write, help, said]) spy.mockRestore();
  }
});
