import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse } from "yaml";

const root = join(__dirname, "..", "..");

/** The files that pin versions, by the ecosystem that Dependabot calls them. */
const manifests: Readonly<Record<string, RegExp>> = {
  npm: /(?:^|\/)package\.json$/,
  docker: /(?:^|\/)Dockerfile$/,
  // The workspace's: its members have no lock file of their own.
  cargo: /(?:^|\/)Cargo\.lock$/,
  gomod: /(?:^|\/)go\.mod$/,
  pip: /(?:^|\/)requirements\.txt$/,
  maven: /(?:^|\/)pom\.xml$/,
};

interface Update {
  readonly "package-ecosystem": string;
  readonly directory?: string;
  readonly directories?: readonly string[];
}

test("every file that pins versions is brought up to date", () => {
  const { updates } = parse(readFileSync(join(root, ".github", "dependabot.yml"), "utf8")) as {
    updates: readonly Update[];
  };
  const files = execFileSync("git", ["ls-files"], { cwd: root, encoding: "utf8" }).split("\n");
  const pinned = Object.entries(manifests).flatMap(([ecosystem, pattern]) =>
    files
      // It names the policy pack's runtime, and no version.
      .filter((file) => pattern.test(file) && file !== "policy/package.json")
      .map((file) => `${ecosystem} ${join("/", dirname(file))}`),
  );
  const watched = updates.flatMap(({ directory, directories = [], ...update }) =>
    [...directories, ...(directory === undefined ? [] : [directory])].map(
      (folder) => `${update["package-ecosystem"]} ${folder}`,
    ),
  );
  expect(watched.sort()).toStrictEqual([...pinned, "github-actions /"].sort());
});
