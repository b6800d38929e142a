import { cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { readImages, recordImage } from "../../cli/container/image-record";
import { runCommand } from "../../cli/run-command";
import { recordVolumes, readLedger } from "../../config/engine/volume-ledger";
import { readIdentity } from "../../config/identity";
import { readMachineProfile, writeMachineProfile } from "../../config/machine-profile";
import { makeFolder, writeText } from "../support/files";
import { useFlushes } from "../support/flushes";

let folder: ReturnType<typeof makeFolder>;
let root: string;
let said: string;
const flushes = useFlushes(() => root);

const paths = [".kalisi/identity.json", ".pulumi-state/identity.json"] as const;
const read = (path: string) => readFileSync(join(root, path), "utf8");
const write = (path: string, text: string) => {
  writeText(join(root, path), text);
};

beforeEach(() => {
  folder = makeFolder();
  root = join(folder.path, "kalisi");
  write("package.json", "{}");
  said = "";
  for (const stream of [process.stdout, process.stderr]) {
    jest.spyOn(stream, "write").mockImplementation((text) => {
      said += String(text);
      return true;
    });
  }
  jest.spyOn(console, "error").mockImplementation((text: string) => {
    said += `${text}\n`;
  });
});

afterEach(() => {
  process.exitCode = undefined;
  folder.remove();
});

describe("the identity", () => {
  test("is on the disk in both of its places before anything is made under it", () => {
    readIdentity(root);
    expect(read(paths[0])).toBe(read(paths[1]));
    expect(flushes()).toStrictEqual(
      paths.flatMap((path) => [
        `flush /${path}.partial`,
        `rename /${path}.partial /${path}`,
        `flush /${path.split("/")[0] ?? ""}`,
      ]),
    );
  });

  test.each(paths.flatMap((path) => [[path, undefined] as const, [path, "{"] as const]))(
    "survives that %s is lost or damaged (%j)",
    (path, text) => {
      const key = readIdentity(root);
      const before = read(path);
      if (text === undefined) rmSync(join(root, path));
      else write(path, text);
      expect(readIdentity(root)).toBe(key);
      expect(read(path)).toBe(before);
    },
  );

  test("survives that the machine profile is lost", () => {
    const { digestKey } = readMachineProfile(root);
    rmSync(join(root, ".kalisi"), { recursive: true });
    expect(readMachineProfile(root)).toStrictEqual({ digestKey });
  });

  test.each([
    ["whole", (text: string) => text],
    ["cut off", (text: string) => text.slice(0, 90)],
  ])("is taken over from the machine profile of an earlier revision that is %s", (_, cut) => {
    const digestKey = "ab".repeat(32);
    write(".kalisi/machine.json", cut(JSON.stringify({ digestKey, sourcePath: "source" })));
    expect(readIdentity(root)).toBe(digestKey);
  });

  test("is not made anew where it is damaged everywhere", () => {
    for (const path of paths) write(path, "{");
    expect(() => readIdentity(root)).toThrow(/is damaged[\s\S]*fix: .*--adopt VOLUMES/);
    for (const path of paths) expect(read(path)).toBe("{");
  });

  test("is not taken for lost where it may not be read", () => {
    write(".kalisi/identity.json/file", "");
    expect(() => readIdentity(root)).toThrow(/cannot be read: it is a directory/);
  });
});

describe("a clone that was moved", () => {
  test("stays what it is, without a question", () => {
    const key = readIdentity(root);
    const moved = join(folder.path, "moved");
    renameSync(root, moved);
    root = moved;
    expect(readIdentity(root)).toBe(key);
    for (const path of paths) expect(read(path)).toContain(`"path": "${root}"`);
  });

  test("to another disk is asked, and goes on as it was when it says so", async () => {
    const key = readIdentity(root);
    const moved = join(folder.path, "moved");
    cpSync(root, moved, { recursive: true });
    rmSync(root, { recursive: true });
    root = moved;
    expect(() => readIdentity(root)).toThrow(/kalisi, where none is any more[\s\S]*-- --moved/);
    expect(await runCommand(root, ["clone", "--moved"])).toBe(0);
    expect(readIdentity(root)).toBe(key);
  });
});

describe("a copy of a clone", () => {
  let original: string;
  let key: string;
  const image = { id: `sha256:${"a".repeat(64)}`, engine: "e", names: [] };
  const entry = { name: "v", engine: "e1", labels: {} };

  beforeEach(() => {
    key = readIdentity(root);
    writeMachineProfile(root, {
      digestKey: key,
      sourcePath: "source",
      pulumi: { bin: join(root, "bin"), version: "3", home: join(root, ".kalisi/pulumi-home") },
    });
    recordVolumes(root, "dev", [entry]);
    recordImage(root, "dev", image);
    write(".pulumi-state/.pulumi/stacks/kalisi/dev.json", "{}");
    original = root;
    root = join(folder.path, "copy");
    cpSync(original, root, { recursive: true });
  });

  test("is told, and nothing is done there before it says what it is", async () => {
    expect(() => readMachineProfile(root)).toThrow(
      new RegExp(`is of the clone in ${original}, which is still there`),
    );
    for (const command of ["start", "stop", "wipe", "status", "env", "pulumi", "sync", "clone"]) {
      said = "";
      expect(await runCommand(root, [command])).toBe(1);
      expect(said).toMatch(/Nothing was changed[\s\S]*-- --moved[\s\S]*-- --copied/);
    }
    expect(read(paths[0])).toContain(original);
  });

  test("is a clone of its own, without the other one's stacks, once it says so", async () => {
    expect(await runCommand(root, ["clone", "--copied"])).toBe(0);
    expect(readIdentity(root)).not.toBe(key);
    expect(readMachineProfile(root)).toStrictEqual({
      digestKey: readIdentity(root),
      sourcePath: "source",
    });
    expect(readLedger(root, "dev")).toStrictEqual([]);
    expect(readImages(root, "dev")).toStrictEqual([]);
    const [left = ""] = readdirSync(join(root, ".pulumi-state")).filter((name) =>
      name.startsWith("of-clone-"),
    );
    expect(said).toContain(`.pulumi-state/${left}`);
    expect(readdirSync(join(root, ".pulumi-state", left)).sort()).toStrictEqual([
      ".pulumi",
      "images",
      "volumes",
    ]);
    expect(existsSync(join(root, ".pulumi-state/.pulumi"))).toBe(false);
    // The first one has all that it had.
    expect(readIdentity(original)).toBe(key);
    expect(readLedger(original, "dev")).toStrictEqual([entry]);
    expect(readImages(original, "dev")).toStrictEqual([image]);
  });

  test("that has its own identity, and the state of another clone, is the one that it was", () => {
    const own = join(folder.path, "own");
    write("../own/package.json", "{}");
    const ownKey = readIdentity(own);
    cpSync(join(original, ".pulumi-state"), join(own, ".pulumi-state"), { recursive: true });
    expect(readIdentity(own)).toBe(ownKey);
  });
});

test("a clone that is where it was is no copy of another", async () => {
  const key = readIdentity(root);
  expect(await runCommand(root, ["clone", "--copied"])).toBe(1);
  expect(said).toContain("It is a copy of none");
  expect(readIdentity(root)).toBe(key);
});
