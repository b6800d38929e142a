import { copyFileSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { carryAll } from "../../../cli/watch/carry";
import { Edits } from "../../../cli/watch/edits";
import type { Outcome, Receiver } from "../../../cli/watch/receiver";
import { HostTree, type Change } from "../../../cli/watch/tree";
import { useFolder, writeText } from "../../support/files";

// What is told of a batch, and what is sent again.
const root = useFolder();
const ignoreFile = "docker/Dockerfile.dockerignore";
const built = { built: { code: 0, seconds: 1 } };

let tree: HostTree;
let edits: Edits;
let told: string[];

beforeEach(() => {
  mkdirSync(join(root, "docker"), { recursive: true });
  copyFileSync(join(__dirname, "../../..", ignoreFile), join(root, ignoreFile));
  rmSync(join(root, "source"), { recursive: true, force: true });
  writeText(join(root, "source/a"), "a\n");
  tree = new HostTree(root, "source");
  edits = new Edits();
  told = [];
  jest.spyOn(process.stdout, "write").mockImplementation((text) => {
    told.push(String(text).trimEnd());
    return true;
  });
});

afterEach(() => {
  jest.restoreAllMocks();
});

/** Follows edits with a container that ends each batch as told, and then is gone; returns what was sent to it. */
async function follow(
  ends: readonly Outcome["end"][],
  onBatch?: () => void,
): Promise<readonly (readonly string[])[]> {
  const sent: string[][] = [];
  let end: () => void;
  const receiver = {
    ended: new Promise<void>((resolve) => (end = resolve)),
    carry: (changes: readonly Change[]) => {
      onBatch?.();
      edits.note();
      if (sent.push(changes.map((change) => String(Object.values(change)[0]))) === ends.length)
        end();
      return Promise.resolve(ends[sent.length - 1]);
    },
  };
  await carryAll(tree, receiver as unknown as Receiver, new Map(), edits);
  return sent;
}

test("what was carried is not sent again, but what was edited meanwhile", async () => {
  let batch = 0;
  const edit = () => {
    writeText(join(root, "source/b"), `${(batch += 1)}\n`);
  };
  expect(await follow([built, built], edit)).toStrictEqual([["source/a"], ["source/b"]]);
  expect(told).toStrictEqual([
    "The container has this tree, and is healthy after 1.0 s.",
    expect.stringMatching(/^Healthy \d+\.\d s after the edit\.$/),
  ]);
});

test("what the container could not place is sent again", async () => {
  const full = { problem: "the disk is full" };
  expect(await follow([full, built])).toStrictEqual([["source/a"], ["source/a"]]);
  expect(told[0]).toBe("Nothing was carried: the disk is full. The next edit is tried with it.");
});

test("a file that cannot be read is told, and carried once it can", async () => {
  jest.spyOn(tree, "read").mockImplementationOnce(() => {
    edits.note();
    throw Object.assign(new Error("EACCES: permission denied, open 'a'"), { syscall: "open" });
  });
  expect(await follow([built])).toStrictEqual([["source/a"]]);
  expect(told[0]).toBe(
    "Nothing was carried: EACCES: permission denied, open 'a'. The next edit is tried with it.",
  );
});

test.each([
  [{ idle: "stopped" }, /^Not built: the services were stopped inside, and \.\/start\.sh there/],
  [{ idle: "unchanged" }, /^Nothing to build\.$/],
  [{ built: { code: 1, seconds: 2 } }, /^Not built, after 2\.0 s: what ran before stays\. Waiting/],
] as const)("%j is told", async (end, words) => {
  await follow([end]);
  expect(told).toStrictEqual([expect.stringMatching(words)]);
});
