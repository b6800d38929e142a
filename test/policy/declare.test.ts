import { execFile } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Outcome, Wanted } from "../support/declared/run";
import { useProgram } from "../support/program";
import { modes } from "../support/record-anew";

const { root, useEngine } = useProgram("unit", false);

async function run(
  wanted: Wanted,
  environment: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  useEngine();
  const program = join(__dirname, "..", "support", "declared", "run.ts");
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--require", join(__dirname, "../../compile.cjs"), program, JSON.stringify(wanted)],
    { cwd: root, env: { ...process.env, ...environment } },
  );
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Outcome;
}

describe.each(modes)("index.ts in %s mode", (_, preview) => {
  const refused = {
    "kalisi:image": JSON.stringify({ baseImages: { base: "ubuntu:24.04", rust: "rust:1.90" } }),
  };
  const index = (config = {}): Wanted => ({
    module: join(root, "index.ts"),
    name: "default",
    preview,
    config,
  });
  const record = join(root, ".kalisi", "rebuilds", "unit");

  beforeEach(() => {
    rmSync(record, { force: true });
  });

  test("what is refused is told in full and once, and the engine hears of nothing", async () => {
    const { errors, registered } = await run(index(refused));
    expect(errors.map(({ message }) => message.split("\n"))).toStrictEqual([
      [
        "Nothing was changed: refused by policy.  [KALISI-POLICY-REFUSED]",
        expect.stringMatching(
          /^ {2}\[mandatory\] base-images-pinned: image-build: BASE_IMAGE is .*Add the digest/,
        ),
        expect.stringMatching(
          /^ {2}\[mandatory\] base-images-pinned: image-build: RUST_IMAGE is rust:1\.90: /,
        ),
      ],
    ]);
    expect(errors[0]?.hasStack).toBe(false);
    expect(registered).toStrictEqual([]);
    expect(existsSync(record)).toBe(false);
  });

  test("a command that judges a preview's plan is shown it; an update is refused all the same", async () => {
    const KALISI_FLAGS = JSON.stringify({ planFirst: true });
    const { errors, registered } = await run(index(refused), { KALISI_FLAGS });
    expect(errors).toHaveLength(preview ? 0 : 1);
    expect(registered.includes("container-run")).toBe(preview);
    expect(existsSync(record)).toBe(false);
  });

  test("what passes is declared, and what was found on the Engine is remembered by an update", async () => {
    const { errors, registered } = await run(index());
    expect(errors).toStrictEqual([]);
    expect(registered).toContain("container-run");
    expect(existsSync(record)).toBe(!preview);
  });
});

const example = (name: string, preview = false): Wanted => ({
  module: join(__dirname, "..", "support", "declared", "programs.ts"),
  name,
  preview,
});

test.each(modes)(
  "in %s mode, an input that is known later is judged then, before its resource is registered",
  async (_, preview) => {
    const { errors, registered } = await run(example("late", preview));
    expect(errors.map(({ message }) => message)).toStrictEqual([
      expect.stringMatching(
        /^exposed was not changed: refused by policy\. {2}\[KALISI-POLICY-REFUSED\]\n {2}\[mandatory\] ports-on-loopback: exposed: .*0\.0\.0\.0:2/,
      ),
    ]);
    expect([...registered].sort()).toStrictEqual(["first", "hidden"]);
  },
);

test("a resource that is declared later is judged then", async () => {
  const { errors, registered } = await run(example("afterwards"));
  expect(errors.map(({ message }) => message)).toStrictEqual([
    expect.stringContaining("lost was not changed: refused by policy."),
  ]);
  expect([...registered].sort()).toStrictEqual(["first", "kept"]);
});

test("a mistake of the program leaves nothing declared, and is its own", async () => {
  const { errors, registered } = await run(example("mistaken"));
  expect(errors.map(({ message }) => message)).toStrictEqual(["a mistake"]);
  expect(registered).toStrictEqual([]);
});

test("what depends on a resource still waits for it", async () => {
  const { registered } = await run(example("ordered"));
  expect(registered[0]).toBe("slow");
  expect(registered).toHaveLength(3);
});
