import { inImage } from "../support/image/in-image";
import { TinyTree } from "../support/image/tiny-tree";

jest.setTimeout(300_000);

const tree = new TinyTree();
// No run finds what an earlier one has built, and all texts are of one length.
const salt = Date.now().toString(36);
const year = (number: number) => new Date(Date.UTC(number, 0));

afterAll(() => tree.remove());

/** What the programs and the page of a built workspace say. */
async function saidBy(image: string): Promise<readonly string[]> {
  const said = await inImage(
    ...[image, "sh", "-c"],
    "cd /opt/bootstrap/workspace-template && for name in bin/*; do $name; done && cat runtime/frontend/dist/index.html",
  );
  return said.split("\n");
}

const all = (what: string) => [what, what, what, what];

test("trees that take turns never see each other's artefacts, however old their files are", async () => {
  tree.say(`${salt}-A`, year(2020));
  expect(await saidBy((await tree.build("template")).id)).toStrictEqual(all(`${salt}-A`));

  tree.say(`${salt}-B`, year(2001));
  expect(await saidBy((await tree.build("template")).id)).toStrictEqual(all(`${salt}-B`));

  // A again, with something new beside each part, so that it is the builders' caches that answer.
  tree.say(`${salt}-A`, year(2020));
  tree.write("services/neo4j-ui/README.md", salt);
  tree.write("frontend/README.md", salt);
  const again = await tree.build("template");
  expect([again.ran("rust-build"), again.ran("frontend-build")]).toStrictEqual([true, true]);
  expect(await saidBy(again.id)).toStrictEqual(all(`${salt}-A`));

  // The same time and the same size as A's.
  tree.say(`${salt}-C`, year(2020));
  expect(await saidBy((await tree.build("template")).id)).toStrictEqual(all(`${salt}-C`));
});

test("a tree's own linker, compiler cache and flags, which are not here, do not break the build", async () => {
  tree.say(`${salt}-D`);
  tree.write(
    ".cargo/config.toml",
    `[build]
rustc-wrapper = "no-such-cache"
incremental = false
[target.'cfg(all())']
linker = "no-such-linker"
[target.x86_64-unknown-linux-gnu]
linker = "no-such-linker"
rustflags = ["-C", "link-arg=-fuse-ld=no-such-mold"]
[target.aarch64-unknown-linux-gnu]
linker = "no-such-linker"
rustflags = ["-C", "link-arg=-fuse-ld=no-such-mold"]
[profile.release]
lto = "thin"
codegen-units = 1
`,
  );
  expect(await saidBy((await tree.build("template")).id)).toStrictEqual(all(`${salt}-D`));
});

describe("only what changed is built:", () => {
  const rust = "rust-build";
  const frontend = "frontend-build";

  beforeAll(() => {
    tree.say(`${salt}-E`);
  });

  test.each([
    ["documentation compiles no crate and bundles nothing", "README.md", []],
    ["a page compiles no crate", "frontend/src/style.css", [frontend]],
    ["a service bundles nothing", "services/api-gateway/src/lib.rs", [rust]],
    ["a script compiles no crate and bundles nothing", "scripts/new.py", []],
  ])("%s", async (_, path, expected) => {
    await tree.build("template");
    tree.write(path, `// ${salt}`);
    const { ran } = await tree.build("template");
    expect([rust, frontend].filter(ran)).toStrictEqual(expected);
    expect(ran("template")).toBe(true);
  });
});
