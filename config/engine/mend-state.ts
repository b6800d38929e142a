import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { ConfigError, reasonOf } from "../errors";
import { quoted } from "../quote";
import { replaceFile } from "../replace-file";
import {
  isWhole,
  isWholeState,
  projectName,
  stackNames,
  stacksFolder,
  stateFileOf,
  stateFolder,
} from "./state-file";

/**
 * Mends what a power cut may have left of the files that Pulumi keeps its state in, where that is in a folder: Pulumi
 * does not flush them, and reads nothing at all once one of them is cut short. A stack's state goes back to the newest
 * of Pulumi's own copies, and the damaged one is set aside.
 *
 * @param root the project's root
 * @param environment may name another backend
 * @returns what was done, in words; mostly nothing
 * @throws ConfigError where no copy is whole, or what there is cannot be read
 */
export function mendState(root: string, environment: NodeJS.ProcessEnv): readonly string[] {
  return look(root, environment, (folder, inWords) => {
    for (const path of cutAttributes(folder)) rmSync(path, { force: true });
    return [
      ...mendVersion(versionFileOf(folder), inWords),
      ...stackNames(root, environment).flatMap((stack) => mendStack(folder, stack, inWords)),
    ];
  });
}

/**
 * The files that {@link mendState} would mend.
 *
 * @throws ConfigError where no copy is whole, or what there is cannot be read
 */
export function damagedFiles(root: string, environment: NodeJS.ProcessEnv): readonly string[] {
  return look(root, environment, (folder, inWords) =>
    [
      ...cutAttributes(folder),
      ...[versionFileOf(folder)].filter((path) => !isVersion(path)),
      ...stackNames(root, environment)
        .filter((stack) => copyFor(folder, stack, inWords) !== undefined)
        .map((stack) => stateFileOf(folder, stack)),
    ].map(inWords),
  );
}

function look(
  root: string,
  environment: NodeJS.ProcessEnv,
  at: (folder: string, inWords: InWords) => readonly string[],
): readonly string[] {
  const folder = stateFolder(root, environment);
  if (folder === undefined || !existsSync(versionFileOf(folder))) {
    return [];
  }
  const inWords = (path: string) => relative(root, path);
  try {
    return at(folder, inWords);
  } catch (error) {
    const { path } = error as NodeJS.ErrnoException;
    if (path === undefined) throw error;
    throw new ConfigError([
      {
        code: "KALISI-STACK-STATE",
        setting: inWords(path),
        problem: `cannot be read: ${reasonOf(error)}`,
        fix: `have it be a file of yours, or put it back from a backup; or begin anew: mv ${quoted(inWords(path))} ${quoted(`${inWords(path)}.damaged`)}; the volumes are still this stack's`,
      },
    ]);
  }
}

type InWords = (path: string) => string;

const namesIn = (folder: string) => (existsSync(folder) ? readdirSync(folder) : []);

/**
 * They tell nothing that is needed, and may be missing.
 *
 * @see https://github.com/google/go-cloud/blob/master/blob/fileblob/attrs.go
 */
function cutAttributes(folder: string): readonly string[] {
  return [folder, stacksFolder(folder)]
    .flatMap((each) => namesIn(each).map((name) => join(each, name)))
    .filter((path) => path.endsWith(".attrs") && !isWhole(read(path)));
}

/** The form of the folder, of which there is one since 2023: https://github.com/pulumi/pulumi/blob/master/pkg/backend/diy/meta.go */
const versionFileOf = (folder: string) => join(folder, "meta.yaml");
const isVersion = (path: string) => /^version: \d+$/m.test(read(path));

function mendVersion(path: string, inWords: InWords): readonly string[] {
  if (isVersion(path)) {
    return [];
  }
  replaceFile(path, "version: 1\n");
  return [`${inWords(path)} was cut short: written anew`];
}

/** The newest whole copy of a stack's state, if it is needed. */
function copyFor(folder: string, stack: string, inWords: InWords) {
  const path = stateFileOf(folder, stack);
  if (isWholeState(read(path))) {
    return undefined;
  }
  const backups = join(folder, "backups", projectName, stack);
  const copies = [
    `${path}.bak`,
    ...namesIn(backups)
      .filter((name) => name.endsWith(".json"))
      .map((name) => join(backups, name)),
  ]
    .filter((copy) => existsSync(copy) && isWholeState(read(copy)))
    .map((copy) => ({ copy, time: statSync(copy).mtime }))
    .sort((a, b) => b.time.getTime() - a.time.getTime());
  const [newest] = copies;
  if (newest === undefined) {
    throw new ConfigError([
      {
        code: "KALISI-STACK-STATE",
        setting: inWords(path),
        problem: "is damaged, and so are Pulumi's copies of it",
        fix: `put it back from a backup; or begin anew: mv ${inWords(path)} ${inWords(path)}.damaged; the volumes are still this stack's`,
      },
    ]);
  }
  return newest;
}

function mendStack(folder: string, stack: string, inWords: InWords): readonly string[] {
  const newest = copyFor(folder, stack, inWords);
  if (newest === undefined) {
    return [];
  }
  const path = stateFileOf(folder, stack);
  const aside = `${path}.damaged-${Date.now()}`;
  const text = read(newest.copy);
  renameSync(path, aside);
  rmSync(`${path}.attrs`, { force: true });
  replaceFile(path, text);
  return [
    `The state of stack ${stack} was cut short: went back to ${inWords(newest.copy)} of ${newest.time.toISOString()}; what was left is ${inWords(aside)}`,
  ];
}

/** Of a folder, Node does not say which one it is. */
function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw Object.assign(error as Error, { path });
  }
}
