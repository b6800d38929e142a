import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Ended } from "../support/e2e/clone";
import { Session } from "../support/e2e/session";
import { stackBeside } from "../support/e2e/stack";
import { useTinyImage } from "../support/e2e/tiny-image";
import { TestRepository } from "../support/git-repository";
import { useFolder } from "../support/files";
import { story } from "../support/story";

// A source tree as the public Kalisi repository is: the application is in a folder of it, and its `.env` is tracked, with
// what people leave in such a file. Nothing of it is edited. In its place, a clone of the repository itself can be tried,
// with the whole image: CONTRIBUTING.md.
const { KALISI_TREE: real } = process.env;
const minutes = 60_000;
const limit = (real === undefined ? 4 : 40) * minutes;
jest.setTimeout(limit);

const step = story(limit);

const folder = useFolder();
const upstream = new TestRepository(join(folder, "upstream"));
let user: Session;
let settings: string;

/** The example's settings, between a banner and what has gathered over the years. */
function awkward(example: string): string {
  return [
    "# ============================================",
    "# ONE FILE FOR EVERYTHING - see the wiki",
    "# ============================================",
    "TEST_USER_EMAIL=someone@example.com",
    'DOCKER_PORT_BINDING="127.0.0.1:8080:8080"   # never 0.0.0.0',
    "DOCKER_PROJECT_NAME=kalisi",
    "CARGO_BUILD_JOBS=4",
    "RUSTC_WRAPPER=",
    "NODE_ENV=development",
    "export EDITOR_THEME='dark'",
    "GREETING=it's here   ",
    "EMPTY=",
    "  INDENTED=yes",
    ...example.split("\n"),
    "# twice, as in the head of the file",
    "TEST_USER_EMAIL=someone@example.com",
    "RUST_LOG=debug",
    "",
  ].join("\n");
}

beforeAll(async () => {
  user = new Session(await stackBeside("tracked"));
  if (real === undefined) useTinyImage(user.clone);
  await user.prepare();
  if (real === undefined) makeSmallTree();
  else await copyTree(real);
  settings = tree().read("source/.env");
}, 10 * minutes);

function makeSmallTree(): void {
  const example = join(user.clone.path, "examples", "source");
  mkdirSync(upstream.path);
  cpSync(example, join(upstream.path, "source"), { recursive: true });
  upstream.git("init", "--quiet", "--initial-branch", "main");
  const given = awkward(readFileSync(join(example, ".env.example"), "utf8"));
  upstream.commit("first", { "README.md": "# Kalisi\n", "source/.env": given });
  upstream.git("clone", "--quiet", `file://${upstream.path}`, tree().path);
}

/** A clone with all that git knows of it. One that lacks files cannot hand its history on. */
async function copyTree(path: string): Promise<void> {
  cpSync(path, tree().path, { recursive: true });
  tree().git("remote", "set-url", "origin", resolve(path));
  const objects = tree().git("rev-list", "--objects", "--missing=print", "HEAD");
  if (/^\?/m.test(objects)) await user.set({ "kalisi:source.git": "false" });
}

afterAll(() => user.end());

/** Without the session's own choice of a source tree. */
const npm = (command: string): Promise<Ended> =>
  user.sh(`unset KALISI_SOURCE; npm --silent ${command} -- --stack ${user.stack.name}`);

const tree = () => new TestRepository(join(user.clone.path, "source"));

async function expectUp(): Promise<string> {
  const { code, output } = await npm("start");
  expect({ code, output }).toMatchObject({ code: 0 });
  expect((await user.inspect()).State.Health?.Status).toBe("healthy");
  expect(tree().read("source/.env")).toBe(settings);
  expect(tree().git("status", "--porcelain")).toBe("");
  return output;
}

step("comes up at the first start, and what is odd is told with its line", async () => {
  const output = await expectUp();
  if (real === undefined) {
    expect(output).toContain("RUST_LOG is set with different values on lines 34 and 68");
  }
  expect(output).not.toContain("TEST_USER_EMAIL is set");
});

step("changes nothing at the second", async () => {
  const { Id } = await user.inspect();
  await expectUp();
  expect((await user.inspect()).Id).toBe(Id);
});

step("is updated, and comes up again", async () => {
  if (real === undefined) upstream.commit("second", { "source/NOTES.md": "new\n" });
  const { code, output } = await npm("run sync");
  expect({ code, output }).toMatchObject({ code: 0 });
  if (real === undefined) expect(tree().read("source/NOTES.md")).toBe("new\n");
  await expectUp();
});

step("is not updated over an edit of the tracked settings, which stays", async () => {
  settings = `${settings}KALISI_TEST=mine\n`;
  writeFileSync(join(user.clone.path, "source", "source", ".env"), settings);
  if (real === undefined) upstream.commit("third", { "source/NOTES.md": "newer\n" });
  const { code, output } = await npm("run sync");
  expect({ code, output }).toMatchObject({ code: 0 });
  expect(tree().read("source/.env")).toBe(settings);
  if (real === undefined) expect(tree().read("source/NOTES.md")).toBe("newer\n");
});
