import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ConfigError, throwIfAny, type Problem } from "../../config/errors";
import { codesIn, refusals, withCode } from "../../config/refusals";

const codes = refusals.flatMap(({ kinds }) => Object.keys(kinds));

const root = join(__dirname, "..", "..");

/** The project's own sources, without the table of the codes. */
function sources(): readonly string[] {
  return ["airgap", "cli", "components", "config", "policy"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .map((path) => join(folder, path))
      .filter((path) => /\.c?[jt]s$/.test(path) && !path.startsWith(join("config", "refusals"))),
  );
}

test("each code is used, and no other is", () => {
  const used = sources().flatMap((path) =>
    [...readFileSync(join(root, path), "utf8").matchAll(/"(KALISI-[^"]+)"/g)].map(
      ([, code = ""]) => code,
    ),
  );
  expect([...new Set(used)].sort()).toStrictEqual([...codes].sort());
});

test("a code has one form, and names one kind", () => {
  expect(codes.filter((code) => !/^KALISI(?:-[A-Z0-9]+)+$/.test(code))).toStrictEqual([]);
  expect(new Set(codes).size).toBe(codes.length);
});

const taken: Problem = {
  code: "KALISI-PORT-TAKEN",
  setting: "kalisi:ssh.port",
  value: "22",
  problem: "is taken",
  fix: "choose another",
};

test("a problem has its code on its own line, before what to do", () => {
  const unread = { ...taken, code: "KALISI-KEY-UNREADABLE", value: "a\nb" } as const;
  const thrown = () => {
    throwIfAny([taken, unread]);
  };
  expect(thrown).toThrow(ConfigError);
  expect(thrown).toThrow(
    [
      "Nothing was changed: 2 settings need attention.",
      '  kalisi:ssh.port = "22": is taken  [KALISI-PORT-TAKEN]',
      "    fix: choose another",
      '  kalisi:ssh.port = "a\\nb": is taken  [KALISI-KEY-UNREADABLE]',
      "    fix: choose another",
    ].join("\n"),
  );
});

test("a message has its code on its first line, unless its lines have codes already", () => {
  expect(withCode("KALISI-UNFORESEEN", "$& went wrong\n\nread on")).toBe(
    "$& went wrong  [KALISI-UNFORESEEN]\n\nread on",
  );
  const { message } = new ConfigError([taken, taken]);
  expect(withCode("KALISI-PULUMI-FAILED", `not up:\n${message}`)).toBe(`not up:\n${message}`);
  expect(codesIn(message)).toStrictEqual(["KALISI-PORT-TAKEN"]);
});

test("what only looks like a code is none", () => {
  expect(
    codesIn("a  [KALISI-NO-SUCH]\nb [KALISI-UNFORESEEN]\nc  [KALISI-UNFORESEEN] d"),
  ).toStrictEqual([]);
});
