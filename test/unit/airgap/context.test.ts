import { createHash } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { contextDigest, readContext } from "../../../airgap/plugins/docker/context";
import { writeText } from "../../support/files";

let root: string;

function write(path: string, content = path, mode = 0o644): void {
  const full = join(root, path);
  writeText(full, content);
  chmodSync(full, mode);
}

function files(): readonly string[] {
  return readContext(root, join(root, "Dockerfile")).files;
}

function digest(): string {
  return contextDigest(readContext(root, join(root, "Dockerfile")));
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "context-"));
  write("Dockerfile", "FROM scratch\n");
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

describe("the files of a build context", () => {
  test("are all of them, in a fixed order, without an ignore file", () => {
    write("b/c.txt");
    write("a.txt");
    expect(files()).toEqual(["Dockerfile", "a.txt", "b/c.txt"]);
  });

  test("are those that an allow-list brings back, below folders too", () => {
    write(".dockerignore", "**\n!app/src\n!*.toml\n");
    for (const path of ["app/src/deep/main.rs", "app/target/x", "Cargo.toml", "app/Cargo.toml"]) {
      write(path);
    }
    expect(files()).toEqual(["Cargo.toml", "app/src/deep/main.rs"]);
  });

  test("follow the last pattern that matches", () => {
    write(".dockerignore", "# comment\n*\n!docs\ndocs/private\n!docs/private/not-so\n");
    for (const path of ["docs/a", "docs/private/b", "docs/private/not-so", "other"]) {
      write(path);
    }
    expect(files()).toEqual(["docs/a", "docs/private/not-so"]);
  });

  test("treat ** inside an exception as any depth", () => {
    write(".dockerignore", "**\n!**/keep.txt\n");
    for (const path of ["x/y/keep.txt", "x/y/drop.txt", "keep.txt"]) {
      write(path);
    }
    expect(files()).toEqual(["keep.txt", "x/y/keep.txt"]);
  });

  test("are not looked for in a folder that a later pattern ignores altogether", () => {
    write(".dockerignore", "**\n!**/keep.txt\n**/big\n!one/big/keep.txt\n");
    for (const path of ["big/keep.txt", "one/big/keep.txt", "two/big/keep.txt", "two/keep.txt"]) {
      write(path);
    }
    expect(files()).toEqual(["one/big/keep.txt", "two/keep.txt"]);
  });

  test("are chosen by the ignore file named after the Dockerfile, if there is one", () => {
    write(".dockerignore", "*\n");
    write("Dockerfile.dockerignore", "*.log\n.dockerignore\nDockerfile*\n");
    write("a.txt");
    write("a.log");
    expect(files()).toEqual(["a.txt"]);
  });

  test("tell upper from lower case", () => {
    write(".dockerignore", "readme*\n.dockerignore\nDockerfile\n");
    write("README.md");
    expect(files()).toEqual(["README.md"]);
  });
});

describe("the digest of a build context", () => {
  test("is the one the official plugin computes", () => {
    write("a.txt", "hello", 0o755);
    const sha = (content: string) => createHash("sha256").update(content).digest();
    const expected = createHash("sha256")
      .update("Dockerfile----------")
      .update(sha("FROM scratch\n"))
      .update("\0Dockerfile-rw-r--r--")
      .update(sha("FROM scratch\n"))
      .update("\0a.txt-rwxr-xr-x")
      .update(sha("hello"))
      .update("\0");
    expect(digest()).toBe(expected.digest("hex"));
  });

  test.each([
    [
      "content",
      () => {
        write("a.txt", "other");
      },
    ],
    [
      "name",
      () => {
        rmSync(join(root, "a.txt"));
        write("b.txt", "a.txt");
      },
    ],
    [
      "mode",
      () => {
        chmodSync(join(root, "a.txt"), 0o755);
      },
    ],
    [
      "Dockerfile",
      () => {
        write("Dockerfile", "FROM other\n");
      },
    ],
    [
      "number of files",
      () => {
        write("c.txt");
      },
    ],
    [
      "symbolic link",
      () => {
        rmSync(join(root, "link"));
        symlinkSync("elsewhere", join(root, "link"));
      },
    ],
  ])("changes with a file's %s", (_what, change) => {
    write("a.txt");
    symlinkSync("nowhere", join(root, "link"));
    const before = digest();
    change();
    expect(digest()).not.toBe(before);
  });

  test("does not change with an ignored file or a time stamp", () => {
    write(".dockerignore", "ignored\n");
    write("a.txt");
    const before = digest();
    write("ignored/file");
    write("a.txt");
    expect(digest()).toBe(before);
  });

  test("notices the Dockerfile even where it is ignored", () => {
    write(".dockerignore", "**\n");
    const before = digest();
    write("Dockerfile", "FROM other\n");
    expect(digest()).not.toBe(before);
  });
});
