import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { dockerClient } from "../../config/engine/client";
import { removeWithMounts, SecondEngine } from "../support/e2e/second-engine";
import { makeClone, type Clone } from "../support/e2e/clone";
import { ensureProgram } from "../support/e2e/system-packages";
import { eventually } from "../support/eventually";

// Engines of other kinds, each of them real: nothing is made on one where the stack cannot be.
const minutes = 60_000;
jest.setTimeout(3 * minutes);

let clone: Clone;

beforeAll(() => {
  clone = makeClone();
});

afterAll(() => {
  clone.remove();
});

async function expectRefusal(uri: string, reason: string): Promise<void> {
  const env = { DOCKER_HOST: uri, KALISI_SOURCE: "examples/source" };
  for (const command of ["start", "preview", "doctor"]) {
    const { code, output } = await clone.sh(`npm run --silent ${command} -- --stack kinds`, env);
    expect({ command, code }).toStrictEqual({ command, code: 1 });
    expect(output).toContain(reason);
    expect(output).toContain("KALISI-ENGINE-KIND");
    expect(output).not.toMatch(/^\s+at /m);
  }
  const engine = dockerClient(uri);
  await expect(engine.listImages()).resolves.toStrictEqual([]);
  // Podman has null for none.
  expect((await engine.listVolumes()).Volumes).not.toHaveProperty("0");
}

describe("an Engine that maps root to another user", () => {
  const mapping = new SecondEngine(["--userns-remap", "default"]);

  beforeAll(() => mapping.start(), 2 * minutes);
  afterAll(() => mapping.stop(), minutes);

  test("is refused", async () => {
    await expectRefusal(mapping.uri, "who cannot read .env");
  });
});

describe("Podman's socket", () => {
  // It takes no path of more than 50 characters.
  const folder = mkdtempSync("/tmp/podman-");
  const uri = `unix://${join(folder, "podman.sock")}`;
  let service: ChildProcess;

  beforeAll(async () => {
    ensureProgram("podman", "podman", "crun");
    const storage = ["--root", join(folder, "root"), "--runroot", join(folder, "run")];
    service = spawn("podman", [...storage, "system", "service", "--time", "0", uri], {
      stdio: ["ignore", "inherit", "inherit"],
    });
    await eventually(60, () =>
      dockerClient(uri)
        .ping()
        .then(
          () => undefined,
          () => "Podman does not answer",
        ),
    );
  }, 3 * minutes);

  afterAll(async () => {
    if (service.exitCode === null) {
      const ended = once(service, "close");
      service.kill();
      await ended;
    }
    removeWithMounts(folder);
  });

  test("is refused", async () => {
    await expectRefusal(uri, "is Podman");
  });
});
