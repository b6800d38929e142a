import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { isGoNewEnough } from "../../../airgap/go-build";
import { buildPulumi, refreshLauncher } from "../../../airgap/pulumi";

const silent = { log: () => undefined, heartbeat: () => () => undefined };

test.each([
  ["go1.25.11", true],
  ["go1.25.12", true],
  ["go1.26", true],
  ["go1.26rc1", true],
  ["go2.0.0", true],
  ["go1.25.10", false],
  ["go1.25", false],
  ["go1.19.8", false],
  ["devel", false],
  ["", false],
])("%s is new enough: %s", (version, expected) => {
  expect(isGoNewEnough(version)).toBe(expected);
});

test("an earlier launcher of the same language host is written anew, and is executable", async () => {
  const folder = mkdtempSync(join(tmpdir(), "launcher-"));
  const program = join(folder, "libexec", "pulumi-language-nodejs");
  const launcher = join(folder, "bin", "pulumi-language-nodejs");
  for (const path of [program, launcher]) {
    mkdirSync(dirname(path));
    writeFileSync(path, "#!/bin/sh\n# 3.66.0\n", { mode: 0o644 });
  }
  await refreshLauncher(dirname(launcher));
  expect(readFileSync(launcher, "utf8")).toMatch(/^#!\/bin\/sh\n# 3\.66\.0\n.*-nodeargs=/s);
  expect(statSync(launcher).mode & 0o777).toBe(0o755);

  writeFileSync(launcher, "#!/bin/sh\n# 3.65.0\n");
  await refreshLauncher(dirname(launcher));
  expect(readFileSync(launcher, "utf8")).toBe("#!/bin/sh\n# 3.65.0\n");
  rmSync(folder, { recursive: true });
});

describe("without a Go that can build it", () => {
  const path = process.env["PATH"];
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "pulumi-"));
  });

  afterEach(() => {
    process.env["PATH"] = path;
    rmSync(folder, { recursive: true });
  });

  function useGo(script: string): void {
    writeFileSync(join(folder, "go"), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, "go"), 0o755);
    process.env["PATH"] = `${folder}:/usr/bin:/bin`;
  }

  test("none on PATH", async () => {
    process.env["PATH"] = folder;
    await expect(buildPulumi(join(folder, "out"), silent)).rejects.toThrow(
      /^there is no Go on PATH\. .*install Go 1\.25\.11 or newer/,
    );
    expect(existsSync(join(folder, "out"))).toBe(false);
  });

  test("too old", async () => {
    useGo("echo go1.19.8");
    await expect(buildPulumi(join(folder, "out"), silent)).rejects.toThrow(
      /^go1\.19\.8 on PATH is too old\. .*install Go 1\.25\.11 or newer/,
    );
  });

  test("a build that fails shows what go said, and leaves nothing half done", async () => {
    useGo('[ "$1" = env ] && echo go1.25.11 && exit; echo "module lookup refused" >&2; exit 1');
    const said: string[] = [];
    const build = buildPulumi(join(folder, "out"), { ...silent, log: (line) => said.push(line) });
    await expect(build).rejects.toThrow(
      /does not build: go ended with 1\n {2}module lookup refused/,
    );
    expect(said[0]).toMatch(/^building .* from Go modules/);
    expect(readdirSync(join(folder, "out", "libexec"))).toEqual([]);
  });
});
