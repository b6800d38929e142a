import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readRevision } from "../../config/files/revision";
import { writeText } from "../support/files";
import { TestRepository } from "../support/git-repository";

const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

function write(root: string, path: string, content: string): void {
  writeText(join(root, path), content);
}

/** Commits everything, at a minute of its own; the commit's hash. */
function commit(root: string, minute: number): string {
  const repository = new TestRepository(root);
  repository.git("init", "--quiet");
  return repository.commit("m", {}, `2026-01-02T03:0${minute}:00+00:00`);
}

/** A repository as this one is, with the example tree inside. */
function repository() {
  const root = mkdtempSync(join(tmpdir(), "kalisi-revision-"));
  folders.push(root);
  write(root, "docker/Dockerfile", "FROM x");
  write(root, "examples/source/Cargo.toml", "[workspace]");
  write(root, "docs/operations.md", "one");
  write(root, ".gitignore", "/source/\n.env\n");
  return { root, first: commit(root, 1) };
}

test("a commit that touches nothing of the image changes nothing", () => {
  const { root, first } = repository();
  const before = readRevision(root, "examples/source");
  expect(before).toStrictEqual({
    revision: first,
    created: "2026-01-02T03:01:00+00:00",
    sourceRevision: first,
  });
  write(root, "docs/operations.md", "two");
  write(root, "docker/.hadolint.yaml", "two");
  commit(root, 2);
  expect(readRevision(root, "examples/source")).toStrictEqual(before);
  write(root, "docker/.hadolint.yaml", "not committed");
  expect(readRevision(root, "examples/source")).toStrictEqual(before);
});

test.each(["docker/Dockerfile", "examples/source/Cargo.toml"])(
  "a commit to %s is named",
  (path) => {
    const { root } = repository();
    write(root, path, "changed");
    const second = commit(root, 2);
    expect(readRevision(root, "examples/source")).toStrictEqual({
      revision: second,
      created: "2026-01-02T03:02:00+00:00",
      sourceRevision: second,
    });
  },
);

test("what is not committed is told, but for settings files and an editor's leftovers, which are in no image", () => {
  const { root, first } = repository();
  write(root, "examples/source/.env.example", "A=1");
  const second = commit(root, 2);
  write(root, "docs/operations.md", "edited");
  write(root, "examples/source/.env", "SECRET=1");
  write(root, "examples/source/#start.sh#", "left by an editor");
  write(root, "docker/.Dockerfile.swo", "left by another");
  expect(readRevision(root, "examples/source")?.revision).toBe(second);
  expect(second).not.toBe(first);
  write(root, "docker/Dockerfile", "FROM y");
  expect(readRevision(root, "examples/source")?.revision).toBe(`${second}-dirty`);
});

test("a source tree that is a clone of its own has its own revision, whatever is tracked there", () => {
  const { root, first } = repository();
  write(root, "source/Cargo.toml", "[workspace]");
  write(root, "source/source/.env", "A=1");
  const source = commit(join(root, "source"), 3);
  write(root, "source/source/.env", "A=2");
  expect(readRevision(root, "source")).toStrictEqual({
    revision: first,
    created: "2026-01-02T03:01:00+00:00",
    sourceRevision: source,
  });
});

test("a variable that a git hook sets does not lead to another repository", () => {
  const { root, first } = repository();
  const { root: other } = repository();
  write(other, "docker/Dockerfile", "FROM other");
  expect(commit(other, 2)).not.toBe(first);
  const before = { ...process.env };
  process.env["GIT_DIR"] = join(other, ".git");
  try {
    expect(readRevision(root, "examples/source")?.revision).toBe(first);
  } finally {
    process.env = before;
  }
});

test("without a repository, or without git, nothing is known", () => {
  const root = mkdtempSync(join(tmpdir(), "kalisi-revision-"));
  folders.push(root);
  write(root, "docker/Dockerfile", "FROM x");
  expect(readRevision(root, "source")).toBeUndefined();
  const other = repository().root;
  const path = process.env["PATH"];
  process.env["PATH"] = root;
  try {
    expect(readRevision(other, "examples/source")).toBeUndefined();
  } finally {
    process.env["PATH"] = path;
  }
});

test("no setting of the user's git changes the answer, on a signed commit either", () => {
  const { root } = repository();
  const key = join(root, ".git", "key");
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key]);
  const git = (...args: readonly string[]) => execFileSync("git", ["-C", root, ...args]);
  git("config", "user.name", "t");
  git("config", "user.email", "t@example.com");
  git("config", "gpg.format", "ssh");
  git("config", "user.signingKey", key);
  write(root, "docker/Dockerfile", "FROM y");
  git("commit", "--quiet", "--all", "--gpg-sign", "--message", "signed");
  write(root, "docker/new", "not added");
  const before = readRevision(root, "examples/source");
  expect(before?.revision).toMatch(/^[0-9a-f]{40}-dirty$/);
  for (const [name, value] of [
    ["log.showSignature", "true"],
    ["log.date", "relative"],
    ["format.pretty", "oneline"],
    ["color.ui", "always"],
    ["column.ui", "always"],
    ["status.showUntrackedFiles", "no"],
    ["status.branch", "true"],
    ["status.short", "true"],
    ["status.relativePaths", "false"],
    ["core.quotePath", "true"],
    ["core.abbrev", "4"],
    ["log.follow", "true"],
  ] as const) {
    git("config", name, value);
    expect([name, readRevision(root, "examples/source")]).toStrictEqual([name, before]);
  }
});

test("a shallow clone gives the same answer as the whole one, or none", () => {
  const { root } = repository();
  write(root, "docs/operations.md", "two");
  commit(root, 2);
  write(root, "docker/Dockerfile", "changed");
  commit(root, 3);
  write(root, "docs/operations.md", "three");
  commit(root, 4);
  const whole = readRevision(root, "examples/source");
  const shallow = (depth: number) => {
    const folder = mkdtempSync(join(tmpdir(), "kalisi-shallow-"));
    folders.push(folder);
    const options = ["--quiet", `--depth=${depth}`, `file://${root}`, folder];
    execFileSync("git", ["clone", ...options]);
    return readRevision(folder, "examples/source");
  };
  expect(shallow(3)).toStrictEqual(whole);
  // One commit alone, which touched nothing of the image.
  expect(shallow(1)).toBeUndefined();
});

test("a source tree that is a shallow clone has the commit that the whole one has", () => {
  const { root } = repository();
  const { root: origin } = repository();
  const newest = commitFile(origin, "Cargo.toml", 2);
  write(root, "docker/Dockerfile", "FROM y");
  const source = join(root, "source");
  execFileSync("git", ["clone", "--quiet", "--depth=1", `file://${origin}`, source]);
  expect(readRevision(root, "source")?.sourceRevision).toBe(newest);
});

function commitFile(root: string, path: string, minute: number): string {
  write(root, path, String(minute));
  return commit(root, minute);
}
