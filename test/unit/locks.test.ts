import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, utimesSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import { lockFolder } from "../../config/engine/state-file";
import { releaseLocks, requireFree } from "../../cli/locks";
import { UserError } from "../../cli/user-error";
import { makeFolder, writeText } from "../support/files";

let folder: ReturnType<typeof makeFolder>;
let printed: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  folder = makeFolder();
  printed = "";
  jest.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed += String(text);
    return true;
  });
});

afterEach(() => {
  jest.restoreAllMocks();
  for (const child of children.splice(0)) child.kill("SIGKILL");
  folder.remove();
});

const now = () => new Date().toISOString();

/** Leaves a lock as Pulumi does; its path. */
function lock(content: object | string): string {
  const path = join(
    folder.path,
    ".pulumi-state/.pulumi/locks/organization/kalisi/dev/0b3e2f6e-1.json",
  );
  const whole = {
    pid: process.pid,
    username: userInfo().username,
    hostname: hostname(),
    timestamp: now(),
  };
  writeText(path, typeof content === "string" ? content : JSON.stringify({ ...whole, ...content }));
  return path;
}

/** The number of a process that has ended. */
const gone = () => spawnSync("true").pid;

describe("a lock is released, and that is said", () => {
  test("of a process that has ended", () => {
    const pid = gone();
    const path = lock({ pid, timestamp: "2026-11-26T16:40:12.345+01:00" });
    expect(releaseLocks(folder.path, "dev")).toStrictEqual([]);
    expect(existsSync(path)).toBe(false);
    expect(printed).toBe(
      `Released stack dev, which was locked by process ${pid} of ${userInfo().username} on ${hostname()}, since 2026-11-26 15:40:12 UTC: that has ended\n`,
    );
  });

  test("of a process whose number another one has that began later", () => {
    const path = lock({ timestamp: new Date(Date.now() - 60 * 60_000).toISOString() });
    expect(releaseLocks(folder.path, "dev")).toStrictEqual([]);
    expect(existsSync(path)).toBe(false);
  });

  test("of a process that has ended and whose parent does not care", async () => {
    const parent = spawn("sh", ["-c", "sh -c 'exec sleep 0' & echo $!; exec sleep 60"], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    children.push(parent);
    const [said] = (await once(parent.stdout, "data")) as [Buffer];
    const pid = Number(String(said));
    while (!spawnSync("cat", [`/proc/${pid}/stat`], { encoding: "utf8" }).stdout.includes(") Z")) {
      await new Promise(setImmediate);
    }
    const path = lock({ pid });
    expect(releaseLocks(folder.path, "dev")).toStrictEqual([]);
    expect(existsSync(path)).toBe(false);
  });

  test("that a power cut has left without its content", () => {
    const path = lock("");
    utimesSync(path, 0, 0);
    expect(releaseLocks(folder.path, "dev")).toStrictEqual([]);
    expect(existsSync(path)).toBe(false);
  });

  test("and those of other stacks are left", () => {
    const path = lock({ pid: gone() });
    expect(releaseLocks(folder.path, "blue")).toStrictEqual([]);
    expect(existsSync(path)).toBe(true);
    expect(printed).toBe("");
  });
});

describe("a lock is left, and its owner named with what frees the stack", () => {
  test.each<readonly [string, object | string, string]>([
    ["of a process at work", {}, `process ${process.pid} of ${userInfo().username}`],
    [
      "of another machine",
      { pid: 1_000_000, hostname: "elsewhere", username: "eve", timestamp: "2020-01-02T03:04:05Z" },
      "process 1000000 of eve on elsewhere, since 2020-01-02 03:04:05 UTC",
    ],
    ["that is being written", "", "somebody unknown, since "],
  ])("%s", (_, content, who) => {
    const path = lock(content);
    const refused = () => {
      requireFree(folder.path, "dev", "npm stop: not stopped");
    };
    expect(refused).toThrow(UserError);
    expect(refused).toThrow(`npm stop: not stopped:\nstack dev is locked by ${who}`);
    expect(refused).toThrow(/: npm run pulumi -- cancel --yes --stack dev$/);
    expect(existsSync(path)).toBe(true);
  });
});

test.each([
  [undefined, "/p/.pulumi-state/.pulumi"],
  ["file:///srv/state", "/srv/state/.pulumi"],
  ["file:///srv/my%20state?no_tmp_dir=true", "/srv/my state/.pulumi"],
  ["file://./state", "/p/state/.pulumi"],
  ["s3://bucket", undefined],
  ["file:///srv/100%", undefined],
])("the locks of a backend, %s, are looked for in its own folder", (url, state) => {
  expect(lockFolder("/p", "organization/kalisi/dev", { PULUMI_BACKEND_URL: url })).toBe(
    state && `${state}/locks/organization/kalisi/dev`,
  );
});
