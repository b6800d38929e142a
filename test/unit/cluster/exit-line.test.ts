import { text } from "node:stream/consumers";
import { ExitLine } from "../../../cli/cluster/exit-line";

const line = "command terminated with exit code 3\n";

async function through(...chunks: readonly string[]) {
  const exit = new ExitLine();
  for (const chunk of chunks) exit.write(Buffer.from(chunk));
  exit.end();
  return { shown: await text(exit), code: exit.code };
}

test.each([
  [[line], { shown: "", code: 3 }],
  [["no\n", line], { shown: "no\n", code: 3 }],
  // Whatever the pieces are that it comes in.
  [["noé\ncomm", "and terminated with", " exit code 3", "\n"], { shown: "noé\n", code: 3 }],
  [Array.from(`é\n${line}`), { shown: "é\n", code: 3 }],
  // Only the last one is kubectl's.
  [[`${line}more\n`], { shown: `${line}more\n`, code: undefined }],
  [[line, line], { shown: line, code: 3 }],
  [["comm"], { shown: "comm", code: undefined }],
])("of %j it passes on %j", async (chunks, expected) => {
  expect(await through(...chunks)).toStrictEqual(expected);
});

test("a question without an end of line is shown at once", () => {
  const exit = new ExitLine();
  exit.write("Password: ");
  expect(String(exit.read())).toBe("Password: ");
});
