import { readFileSync } from "node:fs";
import { join } from "node:path";
import { commandTable } from "../../airgap/plugins/command/command";
import { unknownMark, type Props } from "../../airgap/plugins/values";
import { differences, type Row } from "../support/contract/differences";
import { PluginProcess } from "../support/contract/plugin";
import { useFolder } from "../support/files";
import { plain, secret, type Recorded } from "../support/contract/recorded";

const type = "command:local:Command";

const inputs: Props = {
  create: "cat; echo $A >&2",
  environment: { A: "1", B: "2" },
  stdin: "line\n",
  triggers: ["one"],
};

const folder = useFolder();
let plugin: PluginProcess;
let made: Recorded;

beforeAll(async () => {
  plugin = await PluginProcess.start("command", {});
  made = await plugin.create(type, inputs);
});

afterAll(() => plugin.stop());

/** The SDK adds `replaceOnChanges: ["triggers[*]"]`: it is the engine that replaces. */
const rows: readonly Row[] = [
  ["create", { create: "true" }, { create: "update" }],
  [
    "a variable of the environment",
    { environment: { A: "2", B: "2" } },
    { "environment.A": "update" },
  ],
  ["another variable", { environment: { A: "1", B: "2", C: "3" } }, { "environment.C": "add" }],
  ["a variable less", { environment: { A: "1" } }, { "environment.B": "delete" }],
  ["no environment", { environment: undefined }, { environment: "delete" }],
  ["a line for the deletion", { delete: "true" }, { delete: "add" }],
  ["stdin", { stdin: "other" }, { stdin: "update" }],
  ["no stdin", { stdin: undefined }, { stdin: "delete" }],
  ["a trigger", { triggers: ["two"] }, { "triggers[0]": "update" }],
  ["a trigger that is not known yet", { triggers: [unknownMark] }, { "triggers[0]": "update" }],
  ["another trigger", { triggers: ["one", 2] }, { "triggers[1]": "add" }],
  ["no triggers", { triggers: undefined }, { triggers: "delete_replace" }],
];

differences("a command", commandTable, rows, () => ({ plugin, made, inputs }));

test("a command's create keeps what it was given and what it has printed, which is shown as well", () => {
  expect(plain(made.inputs)).toStrictEqual(inputs);
  expect(plain(made.state)).toStrictEqual({ ...inputs, stdout: "line", stderr: "1" });
  expect(made.id).not.toBe("");
  expect(plugin.engine.said.map(({ text }) => text).sort()).toStrictEqual(["1", "line"]);
});

test("it is run in neither preview", async () => {
  const failing = { create: "exit 1" };
  const notYet = { ...failing, stdout: unknownMark, stderr: unknownMark };
  expect(plain((await plugin.create(type, failing, true)).state)).toStrictEqual(notYet);
  expect(plain((await plugin.update(made, failing, true)).state)).toStrictEqual(notYet);
});

test("an update runs it again, with the new inputs", async () => {
  const news = { create: "cat; exit 0", stdin: "other" };
  const { state } = await plugin.update(made, news);
  expect(plain(state)).toStrictEqual({ ...news, stdout: "other", stderr: "" });
});

test("a refresh finds what was recorded", async () => {
  const found = await plugin.read(made);
  expect(found).toMatchObject({ id: made.id, inputs: made.inputs, state: made.state });
});

test("a deletion runs its own line, with the environment of before", async () => {
  const file = join(folder, "deleted");
  const { state, ...removed } = await plugin.create(type, {
    create: "echo made",
    delete: 'echo "$A" > "$FILE"',
    environment: { A: "1", FILE: file },
  });
  await plugin.delete({ ...removed, state });
  expect(readFileSync(file, "utf8")).toBe("1\n");
});

test.each([
  ["create", () => plugin.create(type, { create: "echo out; exit 3" })],
  ["update", () => plugin.update(made, { create: "echo out; exit 3" })],
])("one that fails, fails the %s with how it ended and what it has printed", async (_, run) => {
  await expect(run()).rejects.toMatchObject({
    details: expect.stringMatching(/exit status 3: running "echo out; exit 3":\nout\n$/) as string,
  });
});

test("an input that is secret stays so, and only that one", async () => {
  const given = { create: "echo $A", environment: secret({ A: "a secret" }) };
  const { state } = await plugin.create(type, given);
  expect(state).toStrictEqual({ ...given, stdout: "a secret", stderr: "" });
});

test("it is gone without a trace", async () => {
  await expect(plugin.delete(made)).resolves.toBeUndefined();
});
