import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { runCommand } from "../../cli/run-command";

jest.mock("../../cli/commands/env", () => {
  const { Command } = jest.requireActual<typeof import("@commander-js/extra-typings")>(
    "@commander-js/extra-typings",
  );
  const env = () => {
    throw new TypeError("unforeseen");
  };
  return { declare: () => new Command("env").action(env) };
});

test("an error that nobody foresaw is a line, and the file that says where it happened", async () => {
  const root = mkdtempSync(join(tmpdir(), "kalisi-error-"));
  const file = join(root, ".kalisi", "error.txt");
  const said = jest.spyOn(console, "error").mockReturnValue();
  expect(await runCommand(root, ["env"])).toBe(1);
  expect(said.mock.calls).toStrictEqual([
    [`unforeseen  [KALISI-UNFORESEEN]\nWhere it happened is in ${relative(process.cwd(), file)}`],
  ]);
  expect(readFileSync(file, "utf8")).toMatch(/^TypeError: unforeseen\n {4}at Command\.env /);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  said.mockRestore();
  rmSync(root, { recursive: true });
});
