import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, readdirSync, readFileSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { builtPulumiVersion } from "../../airgap/pulumi";
import { findRelease, installRelease, releaseChecksums } from "../../cli/setup/pulumi-release";
import { makeFolder, writeText } from "../support/files";

let folder: ReturnType<typeof makeFolder>;
let archive: string;
let root: string;

beforeEach(() => {
  folder = makeFolder();
  archive = join(folder.path, "release.tar.gz");
  root = join(folder.path, "project");
  const program = join(folder.path, "pulumi", "pulumi");
  writeText(program, "#!/bin/sh\necho v3.250.0\n");
  chmodSync(program, 0o755);
  writeText(join(root, ".kalisi", "kept"), "");
  execFileSync("tar", ["-czf", archive, "-C", folder.path, "pulumi"]);
});

afterEach(() => {
  folder.remove();
});

const release = () => ({
  url: `file://${archive}`,
  checksum: createHash("sha256").update(readFileSync(archive)).digest("hex"),
});

test("a release whose checksum is right is installed, once", async () => {
  const bin = await installRelease(root, release());
  expect(readdirSync(bin)).toStrictEqual(["pulumi"]);
  expect(execFileSync(join(bin, "pulumi"), { encoding: "utf8" })).toBe("v3.250.0\n");
  expect(await installRelease(root, { url: "file:///nonexistent", checksum: "" })).toBe(bin);
});

test("anything else is not, and nothing is left of it", async () => {
  const expected = release();
  truncateSync(archive, 100);
  await expect(installRelease(root, expected)).rejects.toThrow(
    new RegExp(`is not what it should be: its SHA-256 is [0-9a-f]{64}, not ${expected.checksum}$`),
  );
  await expect(installRelease(root, { ...expected, url: "file:///nonexistent" })).rejects.toThrow(
    /^curl: \(37\)/,
  );
  expect(readdirSync(join(root, ".kalisi"))).toStrictEqual(["kept"]);
});

test("the version that this program is run with has a checksum for each machine that it knows", () => {
  const known = [
    ["linux", "x64"],
    ["linux", "arm64"],
    ["darwin", "x64"],
    ["darwin", "arm64"],
  ] as const;
  const checksums = known.map(([platform, architecture]) => {
    const found = findRelease(builtPulumiVersion, platform, architecture);
    expect(found?.url).toBe(
      `https://get.pulumi.com/releases/sdk/pulumi-v${builtPulumiVersion}-${platform}-${architecture}.tar.gz`,
    );
    return found?.checksum;
  });
  expect(new Set(checksums).size).toBe(known.length);
  expect(readFileSync(releaseChecksums, "utf8")).toMatch(/^(?:[0-9a-f]{64} {2}pulumi-v\S+\n){4}$/);
  expect(findRelease(builtPulumiVersion, "aix", "ppc64")).toBeUndefined();
});
