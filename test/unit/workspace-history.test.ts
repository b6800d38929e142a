import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describeHistory, findRepository } from "../../config/files/workspace-history";
import { makeFolder } from "../support/files";
import { TestRepository } from "../support/git-repository";

let folder: ReturnType<typeof makeFolder>;
let clone: TestRepository;

beforeEach(() => {
  folder = makeFolder();
  clone = new TestRepository(folder.path);
  clone.git("init", "--quiet", "--initial-branch=main");
});

afterEach(() => {
  folder.remove();
});

const history = () => describeHistory(clone.path)?.split("\n");

function addRemotes(remotes: Readonly<Record<string, string>>): void {
  for (const [name, address] of Object.entries(remotes)) clone.git("remote", "add", name, address);
}

test("a clone's commit, branch and remotes are described", () => {
  const first = clone.commit("one", { a: "1" });
  clone.git("update-ref", "refs/remotes/origin/next", first);
  const second = clone.commit("two", { a: "2" });
  addRemotes({ origin: "https://example.com/kalisi.git" });
  clone.git("config", "branch.main.remote", "origin");
  clone.git("config", "branch.main.merge", "refs/heads/next");
  expect(history()).toStrictEqual([
    "format sha1",
    `commit ${second}`,
    "branch refs/heads/main",
    "remote origin https://example.com/kalisi.git",
    "upstream origin refs/heads/next",
    `base refs/remotes/origin/next ${first}`,
  ]);
});

test("on no branch, with longer hashes, and without a remote there is less of it", () => {
  const commit = clone.commit("one", { a: "1" });
  clone.git("switch", "--quiet", "--detach");
  expect(history()).toStrictEqual(["format sha1", `commit ${commit}`]);

  clone = new TestRepository(join(folder.path, "sha256"));
  mkdirSync(clone.path);
  clone.git("init", "--quiet", "--initial-branch=main", "--object-format=sha256");
  const longer = clone.commit("one", { a: "1" });
  expect(history()).toStrictEqual(["format sha256", `commit ${longer}`, "branch refs/heads/main"]);
});

test.each([
  ["https://me:canary@example.com/a.git?token=canary#canary", "https://example.com/a.git"],
  ["https://canary@example.com:8443/a.git", "https://example.com:8443/a.git"],
  ["HTTPS://me:can@ary@example.com/a.git", "https://example.com/a.git"],
  ["ssh://git:canary@example.com:22/~me/a.git", "ssh://git@example.com:22/~me/a.git"],
  ["git://me:canary@example.com/a.git", "git://example.com/a.git"],
  ["git@example.com:me/a.git", "git@example.com:me/a.git"],
])("a remote's address is handed over without credentials: %s", (address, expected) => {
  clone.commit("one", { a: "1" });
  addRemotes({ origin: address });
  expect(history()).toContainEqual(`remote origin ${expected}`);
});

test.each([
  ...["/home/me/canary.git", "../canary", "file:///home/me/canary", "C:\\canary", "canary:a.git"],
  ...["ext::ssh -i canary me@example.com %S a", "me:canary@example.com:a.git", "https://[canary"],
  ...["ftp://me:canary@example.com/a.git", "https://example.com/a b\ncommit canary"],
])("a remote that is no address for a container is left out: %j", (address) => {
  clone.commit("one", { a: "1" });
  addRemotes({ origin: "https://example.com/a.git", other: "https://example.com/b.git" });
  clone.git("config", "remote.origin.url", address);
  clone.git("config", "branch.main.remote", "origin");
  clone.git("config", "branch.main.merge", "refs/heads/main");
  const lines = history()?.slice(3);
  expect(lines).toStrictEqual(["remote other https://example.com/b.git"]);
});

test("nothing else of a clone's settings is in it", () => {
  clone.commit("one", { a: "1" });
  addRemotes({ origin: "https://example.com/a.git" });
  clone.git("config", "--add", "remote.origin.url", "https://me:canary@example.com/second.git");
  clone.write({ ".git/more": '[remote "canary"]\n\turl = https://example.com/canary.git\n' });
  for (const [key, value] of [
    ["include.path", "more"],
    ["remote.origin.pushurl", "https://me:canary@example.com/a.git"],
    ["remote.a canary.url", "https://example.com/c.git"],
    ["url.https://me:canary@example.com/.insteadOf", "https://example.com/"],
    ["http.https://example.com/.extraHeader", "Authorization: Basic canary"],
    ["user.email", "canary@example.com"],
    ["branch.main.remote", "https://me:canary@example.com/a.git"],
    ["branch.main.merge", "refs/heads/main"],
    ["branch.main.description", "canary"],
  ] as const) {
    clone.git("config", key, value);
  }
  expect(history()?.slice(3)).toStrictEqual(["remote origin https://example.com/a.git"]);
});

test("where there is no commit, there is no history", () => {
  expect(history()).toBeUndefined();
});

describe("a source tree's repository", () => {
  const found = (appRoot: string) => findRepository(folder.path, appRoot);
  const init = (path: string) => {
    mkdirSync(join(folder.path, path, ".git"), { recursive: true });
    return join(folder.path, path);
  };

  test("is the app root's own, or that of the clone which has it in its folder source", () => {
    const clone = init("source");
    expect([found("source"), found("source/source"), found("source/a/source")]).toStrictEqual([
      clone,
      clone,
      undefined,
    ]);
    expect(found("source/source")).toBe(clone);
    const own = init("source/source");
    expect(found("source/source")).toBe(own);
  });

  test("is never the one of the project around it, nor one that is elsewhere", () => {
    expect([found("source"), found("examples/source")]).toStrictEqual([undefined, undefined]);
    mkdirSync(join(folder.path, "source"));
    clone.write({ "source/a/.git": "gitdir: /elsewhere\n" });
    symlinkSync(join(folder.path, ".git"), join(folder.path, "source", ".git"));
    expect([found("source"), found("source/a")]).toStrictEqual([undefined, undefined]);
  });
});
