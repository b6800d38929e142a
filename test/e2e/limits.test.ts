import { existsSync, renameSync } from "node:fs";
import { join } from "node:path";
import { docker } from "../support/e2e/probe";
import type { Session } from "../support/e2e/session";
import { startTinyStack } from "../support/e2e/tiny-image";
import { story } from "../support/story";

// What the Engine keeps a container from, read from inside it.
const minutes = 60_000;
jest.setTimeout(2 * minutes);

const step = story(2 * minutes);

let user: Session;

beforeAll(async () => {
  user = await startTinyStack("limits");
}, 20 * minutes);

afterAll(() => user.end());

const mostProcesses = () =>
  user.inside(
    "sh",
    "-c",
    "cat /sys/fs/cgroup/pids/pids.max 2> /dev/null || cat /sys/fs/cgroup/pids.max",
  );

describe("limits", () => {
  step("there are 4096 processes at most, from the first update on", async () => {
    expect(await mostProcesses()).toBe("4096");
    const { HostConfig } = await user.inspect();
    expect(HostConfig.PidsLimit).toBe(4096);
  });

  step("another number of them is set on the container that runs", async () => {
    const { Id } = await user.inspect();
    await user.set({ "kalisi:resources.processes": 700 });
    expect(await user.up()).toMatchObject({ code: 0 });
    expect((await user.inspect()).Id).toBe(Id);
    expect(await mostProcesses()).toBe("700");
  });

  step("and holds when it is started again", async () => {
    await docker.getContainer(user.stack.names.container).restart();
    expect(await mostProcesses()).toBe("700");
  });

  step("no process can dump its memory, and ask for more than that", async () => {
    expect(await user.inside("sh", "-c", "ulimit -Hc")).toBe("0");
  });

  step("a memory limit that is taken away is gone", async () => {
    await user.set({ "kalisi:resources.memory": "1g" });
    expect(await user.up()).toMatchObject({ code: 0 });
    expect((await user.inspect()).HostConfig.Memory).toBe(1024 ** 3);
    await user.plain("config rm --path kalisi:resources.memory");
    expect(await user.up()).toMatchObject({ code: 0 });
    expect((await user.inspect()).HostConfig.Memory).toBe(0);
    expect(await user.up("--expect-no-changes")).toMatchObject({ code: 0 });
  });
});

describe("a file that the container is given, moved away", () => {
  step("keeps it from starting, and the Engine makes nothing in its place", async () => {
    const container = docker.getContainer(user.stack.names.container);
    const file = join(user.clone.path, "examples/source/.env");
    renameSync(file, `${file}.moved`);
    try {
      await container.stop({ t: 5 });
      await expect(container.start()).rejects.toThrow(/bind source path does not exist|mounting/);
      expect(existsSync(file)).toBe(false);
    } finally {
      renameSync(`${file}.moved`, file);
    }
    await container.start();
    expect((await user.inspect()).State.Running).toBe(true);
  });
});
