import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** Writes a file of the test's own, in folders that it makes. */
export function writeText(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** A folder for a test's repositories. */
export function makeFolder(): { readonly path: string; readonly remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), "kalisi-git-"));
  return {
    path,
    remove: () => {
      rmSync(path, { recursive: true, force: true });
    },
  };
}

/**
 * Gives a test file a folder, which is there while its tests run.
 *
 * @returns its path
 */
export function useFolder(): string {
  const path = join(tmpdir(), `kalisi-test-${randomUUID()}`);
  beforeAll(() => {
    mkdirSync(path, { mode: 0o700 });
  });
  afterAll(() => {
    rmSync(path, { recursive: true, force: true });
  });
  return path;
}
