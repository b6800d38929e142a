import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const folder = join(__dirname, "..", "..", ".github", "workflows");
const workflows = readdirSync(folder).map(
  (name) => [name, readFileSync(join(folder, name), "utf8")] as const,
);

/** What the linter of workflows does not ask. */
describe.each(workflows)("%s", (_, text) => {
  test("pins each action by its commit, with the version beside it", () => {
    const actions = text.match(/uses:.*/g) ?? [];
    expect(actions.length).toBeGreaterThan(0);
    for (const action of actions) {
      expect(action).toMatch(/^uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    }
  });

  test("may read the contents and, to comment, write to pull requests; nothing else", () => {
    const grants = [...text.matchAll(/^ *([a-z-]+): (read|write|none)$/gm)].map(([grant]) =>
      grant.trim(),
    );
    expect(new Set(grants)).toStrictEqual(new Set(["contents: read", "pull-requests: write"]));
    expect(grants.filter((grant) => grant.endsWith("write"))).toHaveLength(1);
    expect(text).toMatch(/^permissions:\n {2}contents: read\n\n/m);
    expect(text).not.toMatch(/write-all|read-all/);
  });

  test("leaves no token in a clone, uses no secret, and never runs with the base's rights", () => {
    const clones = text.match(/uses: actions\/checkout/g) ?? [];
    expect(text.match(/persist-credentials: false/g)).toHaveLength(clones.length);
    expect(text).not.toMatch(/secrets\.|pull_request_target|workflow_run/);
  });

  test("ends each job in time, and puts no expression into a shell", () => {
    const jobs = text.slice(text.indexOf("\njobs:\n")).match(/^ {2}[\w-]+:$/gm) ?? [];
    expect(text.match(/timeout-minutes:/g)).toHaveLength(jobs.length);
    const shells = text.match(/run: (\|\n( {10}.*\n)+|.*)/g) ?? [];
    expect(shells.length).toBeGreaterThan(0);
    expect(shells.filter((line) => line.includes("${{"))).toStrictEqual([]);
  });

  test("has a last job that needs all the others", () => {
    const jobs = [...text.slice(text.indexOf("\njobs:\n")).matchAll(/^ {2}([\w-]+):$/gm)].map(
      ([, job]) => job,
    );
    const needs = /^ {2}gate:\n {4}needs: \[(.*)\]\n {4}if: always\(\)/m
      .exec(text)?.[1]
      ?.split(", ");
    expect(needs).toStrictEqual(jobs.filter((job) => job !== "gate"));
  });
});
