import { join } from "node:path";
import { TestRepository } from "../support/git-repository";
import { goodEnv, toldBy, useProject } from "../support/project";

const project = useProject();

const ignoreFile = {
  "docker/Dockerfile.dockerignore": "**\n!source\n**/.env\n**/.npmrc\n**/*.pem\n**/dist\n",
};
const publish = { image: { publish: { enabled: true, name: "ghcr.io/me/kalisi:latest" } } };
const unpublishable = (files: string) =>
  "kalisi:image.publish.enabled: would publish the source tree's git history with files that usually hold secrets: " +
  files;

/** Makes the project's source tree a clone with such files. */
function clone(files: Readonly<Record<string, string>>): TestRepository {
  const source = new TestRepository(join(project().root, "source"));
  source.git("init", "--quiet", "--initial-branch=main");
  source.commit("one", files);
  return source;
}

const load = (config: Readonly<Record<string, unknown>> = {}) =>
  project().load({ config, files: ignoreFile });
const refused = (config: Readonly<Record<string, unknown>>) =>
  project().refusal({ config, files: ignoreFile });
const warned = () => project().warn.mock.calls.map(([text]) => text);

/** The project's own .env is in the source tree: tracked like this one, or not. */
const untracked = { ".gitignore": ".env\n" };

test("a tracked settings file is warned of on each start, by name, without a value", () => {
  clone({ ".env": goodEnv, "web/.npmrc": "canary", "dist/main.js": "canary", "a.rs": "" });
  expect(load().source.history).toMatch(/^format sha1\ncommit [0-9a-f]{40}\nbranch /);
  expect(warned()).toStrictEqual([
    "git tracks files that usually hold secrets: source/.env, source/web/.npmrc. Whoever has the image can read them in " +
      "the history of /workspace/source; to leave the history out of the workspace: pulumi config set --path 'kalisi:source.git' 'false'",
  ]);
});

test("an image with it is not published, and it says what to do", () => {
  clone({ ".env": goodEnv });
  const error = refused(publish);
  expect(toldBy(error, project())).toStrictEqual([unpublishable("source/.env")]);
  expect(error.problems[0].fix).toContain("pulumi config set --path 'kalisi:source.git' 'false'");
  expect(error.message).not.toContain("canary");
});

test("neither is one with a settings file that was removed later, or came by a merge alone", () => {
  const source = clone({ ".env": goodEnv, "keys/a.pem": "canary" });
  source.git("rm", "--quiet", "--cached", ".env", "keys/a.pem");
  source.write(untracked);
  source.git("add", ".gitignore");
  source.git("commit", "--quiet", "--message", "not tracked any more");
  const other = source.git("commit-tree", "HEAD^{tree}", "-p", "HEAD", "-m", "other");
  source.git("merge", "--quiet", "--no-ff", "--no-commit", other);
  source.write({ ".npmrc": "canary" });
  source.git("add", "--force", ".npmrc");
  source.git("commit", "--quiet", "--message", "merged");
  expect(toldBy(refused(publish), project())).toStrictEqual([
    unpublishable("source/.env, source/.npmrc, source/keys/a.pem"),
  ]);
});

test.each<readonly [string, Readonly<Record<string, unknown>>]>([
  ["the workspace gets no history", { source: { git: false } }],
  ["the image is a pulled one", { image: { pull: "ghcr.io/me/kalisi:latest" } }],
])("it is no matter where %s", (_, config) => {
  clone({ ".env": goodEnv });
  expect(load(config).source.history).toBeUndefined();
  expect(warned()).toStrictEqual([]);
});

test("a tree whose settings file is not tracked is published, and one without history", () => {
  clone({ ".env": goodEnv });
  expect(load({ ...publish, source: { git: false } }).image.publish.enabled).toBe(true);
  const source = new TestRepository(join(project().root, "source"));
  source.remove(".git");
  source.git("init", "--quiet");
  source.write(untracked);
  source.git("add", "--all");
  source.git("commit", "--quiet", "--message", "one");
  expect(load(publish).image.publish.enabled).toBe(true);
  expect(warned()).toStrictEqual([]);
});

test("a file that the build is given on purpose is no matter", () => {
  clone({ ...untracked, ".npmrc": "save-exact=true\n" }).git("rm", "--quiet", "--cached", ".env");
  const source = new TestRepository(join(project().root, "source"));
  source.git("commit", "--quiet", "--amend", "--message", "one");
  const files = {
    "docker/Dockerfile.dockerignore": `${ignoreFile["docker/Dockerfile.dockerignore"]}!source/.npmrc\n`,
  };
  project().load({ config: publish, files });
  expect(warned()).toStrictEqual([]);
});

test("many files are told by their number", () => {
  clone({ ...Object.fromEntries(["1", "2", "3", "4", "5", "6"].map((n) => [`${n}.pem`, "x"])) });
  load();
  expect(warned()[0]).toContain(
    "source/.env, source/1.pem, source/2.pem, source/3.pem, source/4.pem and 2 more.",
  );
});

test("a repository without a commit is refused; one that is elsewhere gives no history", () => {
  const source = new TestRepository(join(project().root, "source"));
  source.git("init", "--quiet");
  expect(toldBy(refused({}), project())).toStrictEqual([
    "kalisi:source.path: git cannot read the history of its repository, or there is no commit yet",
  ]);
  source.remove(".git");
  source.write({ ".git": "gitdir: /elsewhere\n" });
  expect(load().source.history).toBeUndefined();
  expect(warned()).toStrictEqual([
    "source/.git leads to a repository elsewhere: the workspace gets no git history",
  ]);
});
