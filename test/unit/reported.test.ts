import { ConfigError, type Problem } from "../../config/errors";
import { runCommand } from "../../cli/run-command";
import { UsageError, UserError } from "../../cli/user-error";

let thrown: Error;

jest.mock("../../cli/commands/status", () => {
  const { Command } = jest.requireActual<typeof import("@commander-js/extra-typings")>(
    "@commander-js/extra-typings",
  );
  const fail = () => {
    throw thrown;
  };
  return { declare: () => new Command("status").option("--json").action(fail) };
});

/** What a command that throws says to people, and what to programs. */
async function report(error: Error) {
  thrown = error;
  const lines: string[] = [];
  const said = jest.spyOn(console, "error").mockImplementation((text: string) => lines.push(text));
  const write = jest.spyOn(process.stdout, "write").mockReturnValue(true);
  try {
    const exitCode = await runCommand("/nowhere", ["status", "--json"]);
    const result = JSON.parse(String(write.mock.calls[0]?.[0])) as Record<string, unknown>;
    return { exitCode, said: lines.join("\n"), ...result };
  } finally {
    said.mockRestore();
    write.mockRestore();
  }
}

const problem: Problem = {
  code: "KALISI-PORT-TAKEN",
  setting: "kalisi:ssh.port",
  problem: "is taken",
  fix: "choose another",
};

test("a refusal has its code on the first line, and as a field for programs", async () => {
  const message = "There is no stack x  [KALISI-STACK-UNKNOWN]\nnpm start makes it";
  const code = "KALISI-STACK-UNKNOWN";
  const text = "There is no stack x\nnpm start makes it";
  const all = { said: message, error: message, code };
  expect(await report(new UserError(code, text))).toStrictEqual({ exitCode: 1, ...all });
  expect(await report(new UsageError(code, text))).toStrictEqual({ exitCode: 2, ...all });
});

test("several problems have a list of their codes", async () => {
  const other = { ...problem, code: "KALISI-ENV-LINE" } as const;
  expect(await report(new ConfigError([problem, problem]))).toMatchObject({
    code: "KALISI-PORT-TAKEN",
  });
  expect(await report(new ConfigError([problem, other]))).toMatchObject({
    code: ["KALISI-PORT-TAKEN", "KALISI-ENV-LINE"],
  });
});

test("what the program refuses in Pulumi's run of it keeps its codes", async () => {
  const { message } = new ConfigError([problem]);
  const said = `npm start: not up:\nkalisi-dev: ${message}`;
  expect(await report(new UserError("KALISI-PULUMI-FAILED", said))).toMatchObject({
    said,
    code: "KALISI-PORT-TAKEN",
  });
});

test.each([
  ["error: incorrect passphrase", "KALISI-STACK-PASSPHRASE"],
  ["error: the stack is currently locked by 1 lock(s)", "KALISI-STACK-LOCKED"],
  ["error: something else", "KALISI-PULUMI-FAILED"],
])("Pulumi's own %j is %s", async (text, code) => {
  const error = Object.assign(new Error(`code: 255\n stdout: \n stderr: ${text}\n`), {
    name: "CommandError",
  });
  expect(await report(error)).toMatchObject({
    said: expect.stringContaining(`${text}  [${code}]`) as string,
    code,
  });
});

test("an option that there is not has a code, too", async () => {
  const write = jest.spyOn(process.stderr, "write").mockReturnValue(true);
  expect(await runCommand("/nowhere", ["status", "--nope"])).toBe(2);
  expect(write.mock.calls[0]?.[0]).toBe("error: unknown option '--nope'  [KALISI-OPTION-WRONG]\n");
  write.mockRestore();
});
