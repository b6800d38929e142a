import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { findBase, RevisionTree } from "../../cli/plan/tree";
import { makeFolder } from "../support/files";
import { TestRepository } from "../support/git-repository";

let folder: ReturnType<typeof makeFolder>;

beforeAll(() => {
  folder = makeFolder();
});

afterAll(() => {
  folder.remove();
});

function repository(name: string, content: string): TestRepository {
  mkdirSync(join(folder.path, name));
  const made = new TestRepository(join(folder.path, name));
  made.git("init", "--quiet", "--initial-branch", "main");
  made.commit("first", { "index.ts": content, "package-lock.json": "{}" });
  return made;
}

test("a variable that a git hook sets does not lead to another repository", async () => {
  const own = repository("own", "own");
  const other = repository("other", "other");
  process.env["GIT_DIR"] = join(other.path, ".git");
  try {
    const { base, head } = await findBase(own.path, "main");
    expect([base, head]).toStrictEqual([own.head(), own.head()]);
    const tree = new RevisionTree(own.path, join(folder.path, "tree"), "source");
    await tree.create();
    expect(await tree.takeRevision(base, { withEdits: true })).toBe(false);
    own.write({ "index.ts": "edited" });
    expect(await tree.takeRevision(base, { withEdits: true })).toBe(true);
    expect(readFileSync(join(tree.path, "index.ts"), "utf8")).toBe("edited");
  } finally {
    delete process.env["GIT_DIR"];
  }
});
