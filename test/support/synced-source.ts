import { cpSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { syncSource, type SyncOptions } from "../../cli/source/sync";
import { useFolder } from "./files";
import { TestRepository } from "./git-repository";

/** As they are before each test: to make them takes longer than most tests do. */
const repositories = ["upstream", "source"];

/**
 * Gives a test file a repository and a user's clone of it, which each test finds as they were made.
 *
 * @returns both; `clone` for another clone in the place of one that is gone; `sync` and `expectRefusal` to update it
 */
export function useSyncedSource() {
  const folder = useFolder();
  /** The repository that the tree comes from. */
  const upstream = new TestRepository(join(folder, "upstream"));
  /** The user's clone of it. */
  const source = new TestRepository(join(folder, "source"));

  beforeAll(() => {
    mkdirSync(upstream.path);
    upstream.git("init", "--quiet", "--initial-branch", "main");
    upstream.commit("first", {
      "Cargo.toml": "[workspace]",
      "src/a.rs": "a",
      ".gitignore": ".env\n",
    });
    clone();
    for (const name of repositories) renameSync(join(folder, name), join(folder, `first-${name}`));
  });

  beforeEach(() => {
    for (const name of repositories) {
      cpSync(join(folder, `first-${name}`), join(folder, name), { recursive: true });
    }
  });

  afterEach(() => {
    for (const name of readdirSync(folder)) {
      if (!name.startsWith("first-")) rmSync(join(folder, name), { recursive: true });
    }
  });

  function clone(...options: readonly string[]): void {
    upstream.git("clone", "--quiet", ...options, `file://${upstream.path}`, source.path);
  }

  function sync(options: Partial<SyncOptions> = {}) {
    return syncSource(folder, {
      path: "source",
      ref: "main",
      settings: [".env", "source/.env"],
      discard: false,
      ...options,
    });
  }

  /** Expects a refusal that says all of it, and leaves everything as it was. */
  async function expectRefusal(options: Partial<SyncOptions>, ...said: readonly string[]) {
    const before = source.snapshot();
    const error: unknown = await sync(options).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Error);
    for (const part of said) expect((error as Error).message).toContain(part);
    expect(source.snapshot()).toStrictEqual(before);
  }

  return { upstream, source, clone, sync, expectRefusal };
}
