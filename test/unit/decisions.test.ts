import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const root = join(__dirname, "..", "..");
const folder = join(root, "docs", "decisions");
const read = (path: string) => readFileSync(path, "utf8");

const files = readdirSync(folder)
  .filter((name) => name !== "README.md")
  .sort();
const decisions = files.map((file) => ({ file, ...parse(read(join(folder, file))) }));

/** The documents of docs/ and of the project's root, relative to that root. */
const documents = [
  ...readdirSync(root),
  ...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" }).map((path) =>
    join("docs", path),
  ),
].filter((path) => path.endsWith(".md"));

/** A part that is missing is an empty text. */
function parse(text: string) {
  const [, number = "", title = ""] = /^# (\d+)\. (.+)\n/.exec(text) ?? [];
  const [, date = ""] = /^Date: (\d{4}-\d{2}-\d{2})$/m.exec(text) ?? [];
  const parts = ["Context", "Decision", "Consequences"].map(
    (name) => text.split(`\n## ${name}\n`)[1]?.split("\n## ")[0]?.trim() ?? "",
  );
  return { number: Number(number), title, date, parts };
}

test("decisions are numbered one after the other, by their date, in the file's name and in its title", () => {
  const numbers = decisions.map((_, index) => index + 1);
  expect(files.map((file) => /^(\d{4})-[a-z0-9-]+\.md$/.exec(file)?.[1])).toStrictEqual(
    numbers.map((number) => String(number).padStart(4, "0")),
  );
  expect(decisions.map(({ number }) => number)).toStrictEqual(numbers);
  const dates = decisions.map(({ date }) => date);
  expect(dates).toStrictEqual([...dates].sort());
});

test("each decision has a title, a date and the three parts, none of them empty", () => {
  const incomplete = decisions.filter(({ title, date, parts }) =>
    [title, date, ...parts].includes(""),
  );
  expect(incomplete.map(({ file }) => file)).toStrictEqual([]);
});

test("the index names each decision with its number, title and date, and no other", () => {
  const listed = read(join(folder, "README.md")).match(/^\d+\. \[.+$/gm);
  expect(listed).toStrictEqual(
    decisions.map(({ file, number, title, date }) => `${number}. [${title}](${file}), ${date}`),
  );
});

/** What a pattern's first group finds in the documents and does not exist, as `document: what`. */
function missing(pattern: RegExp, pathOf: (found: string, document: string) => string) {
  const found = documents.flatMap((document) =>
    [...read(join(root, document)).matchAll(pattern)].map(([, what = ""]) => ({ document, what })),
  );
  expect(found).not.toStrictEqual([]);
  return found
    .filter(({ document, what }) => !existsSync(join(root, pathOf(what, document))))
    .map(({ document, what }) => `${document}: ${what}`);
}

test("each test that a document names exists", () => {
  const name = /`((?:unit|policy|image|browser|e2e|faults)\/[a-z0-9/-]+)`/g;
  expect(missing(name, (test) => join("test", `${test}.test.ts`))).toStrictEqual([]);
});

test("each link from a document to another file leads to one", () => {
  const link = /\]\((?!https?:|#)([^)#]+)[^)]*\)/g;
  expect(missing(link, (path, document) => join(dirname(document), path))).toStrictEqual([]);
});
