import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "..", "..");
const document = readFileSync(join(root, "docs", "security.md"), "utf8");

/** A test that the document names: its file and its title. */
const named = [
  ...document.matchAll(/`([a-z0-9-]+(?:\/[a-z0-9-]+)+)`: ([^|;]+?)(?: *\||;|\.\n)/g),
].map(([, file = "", title = ""]) => ({ file, title }));

function textOf(file: string): string {
  const paths = [`${file}.test.ts`, `${file}.ts`].map((path) => join(root, "test", path));
  return readFileSync(paths.find((path) => existsSync(path)) ?? paths[0] ?? "", "utf8");
}

test("each test that docs/security.md names is there, under that name", () => {
  expect(named.length).toBeGreaterThan(20);
  const missing = named.filter(({ file, title }) => !textOf(file).includes(`"${title}"`));
  expect(missing).toStrictEqual([]);
});

test("it has each recommendation of section 5 once", () => {
  const numbers = [...document.matchAll(/^\| 5\.(\d+) /gm)].map(([, number]) => Number(number));
  expect(numbers).toStrictEqual(Array.from({ length: 32 }, (_, index) => index + 1));
});
