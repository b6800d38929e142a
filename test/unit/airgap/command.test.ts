import { command } from "../../../airgap/plugins/command/command";
import type { Props } from "../../../airgap/plugins/values";

const lines: string[] = [];
const context = {
  preview: false,
  signal: new AbortController().signal,
  status: (line: string) => lines.push(line),
};

async function create(inputs: Props): Promise<Props> {
  return (await command.create(inputs, context)).state;
}

beforeEach(() => {
  lines.length = 0;
});

test("a command is given its environment and its input, and what it prints is shown and kept", async () => {
  const inputs = {
    create: 'cat; echo "$A" >&2',
    environment: { A: "from the environment" },
    stdin: "one\ntwo\n",
    triggers: ["a"],
  };
  const outputs = { stdout: "one\ntwo", stderr: "from the environment" };
  expect(await create(inputs)).toEqual({ ...inputs, ...outputs });
  expect(lines.sort()).toEqual(["from the environment", "one", "two"]);
  expect(await command.update("id", {}, inputs, context)).toEqual({ ...inputs, ...outputs });
});

test("a command that does not read its input may end", async () => {
  expect(await create({ create: "true", stdin: "a".repeat(1e6) })).toMatchObject({ stdout: "" });
});

test("a command that fails says how, and what it printed", async () => {
  await expect(create({ create: "echo out; echo err >&2; exit 3" })).rejects.toThrow(
    /^exit status 3: running "echo out; .*":\n(?:out\nerr|err\nout)\n$/,
  );
  await expect(create({ create: "kill -9 $$" })).rejects.toThrow(/^signal: SIGKILL: running /);
});

test("a preview runs nothing", async () => {
  const inputs = { create: "exit 1" };
  const preview = { ...context, preview: true };
  expect((await command.create(inputs, preview)).state).toMatchObject(inputs);
  expect(await command.update("id", {}, inputs, preview)).toMatchObject(inputs);
});
