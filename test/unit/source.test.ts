import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { syncStack } from "../../cli/commands/sync";
import { ensureSource } from "../../cli/setup/source";
import { readMachineProfile } from "../../config/machine-profile";
import { stackConfigSchema, type StackConfig } from "../../config/settings/schema";
import { makeFolder, writeText } from "../support/files";
import { TestRepository } from "../support/git-repository";

let folder: ReturnType<typeof makeFolder>;
let upstream: TestRepository;
let root: string;
let said: string[];
const guard = jest.fn<Promise<void>, [string]>();

beforeEach(() => {
  folder = makeFolder();
  said = [];
  root = join(folder.path, "project");
  mkdirSync(join(root, "examples", "source"), { recursive: true });
  writeFileSync(join(root, "examples", "source", "Cargo.toml"), "[workspace]");
  writeFileSync(join(root, "examples", "source", ".env"), "A=1\n");
  mkdirSync(join(folder.path, "upstream"));
  upstream = new TestRepository(join(folder.path, "upstream"));
  upstream.git("init", "--quiet", "--initial-branch", "main");
  upstream.commit("first", { "Cargo.toml": "[workspace]", ".env.example": "A=1\n" });
  upstream.git("branch", "next");
  upstream.commit("second", { "main-only": "1" });
});

afterEach(() => {
  folder.remove();
});

/** Past the schema, which refuses some of it already: what is run must not rely on that. */
async function ensure(source: Partial<StackConfig["source"]>, envFile?: string): Promise<void> {
  const config = stackConfigSchema.parse(envFile === undefined ? {} : { envFile });
  const given = { ...config, source: { ...config.source, ...source } };
  const profile = readMachineProfile(root);
  const report = (...what: readonly string[]) => said.push(what.join(" | "));
  const after = await ensureSource(root, profile, given, guard, report);
  expect(after).toStrictEqual(readMachineProfile(root));
}

test("the configured branch of the configured repository is cloned on first use, once", async () => {
  const source = { repository: `file://${upstream.path}`, ref: "next" };
  await ensure(source);
  const clone = new TestRepository(join(root, "source"));
  expect(clone.git("branch", "--show-current")).toBe("next");
  expect(clone.head()).toBe(upstream.git("rev-parse", "next"));
  expect(readMachineProfile(root).sourcePath).toBe("source");
  expect(said).toHaveLength(2);
  clone.write({ "Cargo.toml": "edited" });
  await ensure(source);
  expect(clone.read("Cargo.toml")).toBe("edited");
  expect(said).toHaveLength(2);
});

test("a configured path is this stack's alone: no other stack's default", async () => {
  await ensure({ repository: `file://${upstream.path}`, path: "my tree" });
  expect(new TestRepository(join(root, "my tree")).head()).toBe(upstream.head());
  expect(readMachineProfile(root).sourcePath).toBeUndefined();
});

test("a configured repository that cannot be cloned stops it: the example is no substitute", async () => {
  await expect(ensure({ repository: "http://me:secret@127.0.0.1:9/x.git" })).rejects.toThrow(
    /branch main of http:\/\/\*\*\*@127\.0\.0\.1:9\/x\.git could not be cloned/,
  );
  await expect(ensure({ repository: `file://${upstream.path}`, ref: "none" })).rejects.toThrow(
    /Remote branch none not found[\s\S]*kalisi:source.ref/,
  );
  expect(readMachineProfile(root).sourcePath).toBeUndefined();
});

test("the example takes the place of the default repository where that cannot be had", async () => {
  const before = { ...process.env };
  // Nobody answers there, whatever this machine can reach.
  Object.assign(process.env, {
    GIT_CONFIG_COUNT: "1",
    GIT_CONFIG_KEY_0: "url.http://127.0.0.1:9/.insteadOf",
    GIT_CONFIG_VALUE_0: "https://github.com/",
  });
  try {
    await ensure({});
  } finally {
    process.env = before;
  }
  expect(readMachineProfile(root).sourcePath).toBe(join("examples", "source"));
  expect(said.join()).toContain("cannot be reached here");
});

test.each([
  ["ref", { ref: "--upload-pack=touch pwned" }],
  ["repository", { repository: "--upload-pack=touch pwned" }],
  ["ref", { ref: "main:evil" }],
])("a %s that git would take for something else is refused", async (key, source) => {
  await expect(ensure({ repository: `file://${upstream.path}`, ...source })).rejects.toThrow(
    `kalisi:source.${key} = `,
  );
});

test("a repository's address runs no program", async () => {
  await expect(ensure({ repository: `ext::sh -c touch% ${root}/pwned` })).rejects.toThrow(
    "transport 'ext' not allowed",
  );
});

test("somebody's own folder is left alone", async () => {
  mkdirSync(join(root, "source"));
  writeFileSync(join(root, "source", "notes"), "mine");
  await ensure({ repository: `file://${upstream.path}` });
  expect(readFileSync(join(root, "source", "notes"), "utf8")).toBe("mine");
});

describe("settings that an update of the tree had put aside when it was killed", () => {
  const tree = () => join(root, "examples", "source");
  const path = "examples/source";

  test.each([
    [".env", undefined],
    ["source/.env", undefined],
    ["mine.env", "examples/source/mine.env"],
  ])("are put back where they were: %s", async (file, envFile) => {
    rmSync(join(tree(), file), { force: true });
    writeText(join(tree(), `${file}.kalisi-kept`), "MINE=1\n");
    writeText(join(tree(), ".env.example"), "");
    await ensure({ path }, envFile);
    expect(readFileSync(join(tree(), file), "utf8")).toBe("MINE=1\n");
    expect(readdirSync(tree(), { recursive: true })).not.toContain(`${file}.kalisi-kept`);
    expect(said).toStrictEqual([
      `Settings | examples/source/${file} | put back: an update of the source tree was interrupted`,
    ]);
  });

  test("are not passed over for those that git has put in their place", async () => {
    writeText(join(tree(), ".env.kalisi-kept"), "MINE=1\n");
    await expect(ensure({ path })).rejects.toThrow(/Keep one of them/);
    expect(readFileSync(join(tree(), ".env.kalisi-kept"), "utf8")).toBe("MINE=1\n");
  });
});

test("a settings file that is configured inside the tree is kept by a sync as well", async () => {
  const config = stackConfigSchema.parse({
    source: { repository: `file://${upstream.path}` },
    envFile: "source/config/mine.env",
  });
  await ensure(config.source, config.envFile);
  const clone = new TestRepository(join(root, "source"));
  clone.write({ "config/mine.env": "MINE=1" });
  upstream.commit("third", { "config/mine.env": "THEIRS=1" });
  expect(await syncStack(root, config, { discard: true })).toMatchObject({
    kept: ["config/mine.env"],
  });
  expect(clone.read("config/mine.env")).toBe("MINE=1");
});
