import fs from "node:fs";

/**
 * Gives each test of a file the account of what this process flushes to the disk and renames.
 *
 * @param folder what paths are shown without: the test's own
 * @returns the steps so far, in their order; a process's number at the end of a name is `.partial`
 */
export function useFlushes(folder: () => string): () => readonly string[] {
  let steps: string[];

  beforeEach(() => {
    steps = [];
    const { fsyncSync, openSync, renameSync } = fs;
    const opened = new Map<number, string>();
    const nameOf = (path: unknown) =>
      String(path)
        .replace(folder(), "")
        .replace(/\.\d+(?=\/|$)/, ".partial");
    jest.spyOn(fs, "openSync").mockImplementation((path, ...rest) => {
      const file = openSync(path, ...rest);
      opened.set(file, nameOf(path));
      return file;
    });
    jest.spyOn(fs, "fsyncSync").mockImplementation((file) => {
      fsyncSync(file);
      steps.push(`flush ${opened.get(file) ?? ""}`);
    });
    jest.spyOn(fs, "renameSync").mockImplementation((from, to) => {
      renameSync(from, to);
      steps.push(`rename ${nameOf(from)} ${nameOf(to)}`);
    });
  });

  afterEach(() => {
    jest.restoreAllMocks();
  });

  return () => steps;
}
