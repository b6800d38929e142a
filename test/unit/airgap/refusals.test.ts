import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { command } from "../../../airgap/plugins/command/command";
import { container } from "../../../airgap/plugins/docker/container";
import { image } from "../../../airgap/plugins/docker/image";
import { remoteImage } from "../../../airgap/plugins/docker/remote-image";
import { volume } from "../../../airgap/plugins/docker/volume";
import type { ResourceType } from "../../../airgap/plugins/resource";
import { isObject, type Json, type Props } from "../../../airgap/plugins/values";

async function refused(type: ResourceType, inputs: Props): Promise<string[]> {
  return (await type.check(inputs)).failures.map(({ property }) => property);
}

const folder = mkdtempSync(join(tmpdir(), "refusals-"));
writeFileSync(join(folder, "Dockerfile"), "FROM scratch\n");
const build = { context: folder, dockerfile: join(folder, "Dockerfile") };

afterAll(() => {
  rmSync(folder, { recursive: true });
});

test("what this stack uses is accepted", async () => {
  expect(await refused(container, { name: "a", image: "b", envs: ["A=1"], wait: false })).toEqual(
    [],
  );
  expect(await refused(volume, { name: "a" })).toEqual([]);
  expect(await refused(command, { create: "true", triggers: ["a"] })).toEqual([]);
  expect(await refused(image, { imageName: "a", skipPush: true, build })).toEqual([]);
  expect(await refused(image, { imageName: "localhost:5000/a", build })).toEqual([]);
  expect(await refused(remoteImage, { name: "a", keepLocally: true })).toEqual([]);
});

test.each<[string, ResourceType, Props]>([
  ["gpus", container, { name: "a", image: "b", gpus: "all" }],
  ["ports.range", container, { name: "a", image: "b", ports: [{ internal: 1, range: 2 }] }],
  ["name", container, { image: "b" }],
  ["cluster", volume, { name: "a", cluster: {} }],
  ["name", volume, {}],
  ["addPreviousOutputInEnv", command, { create: "true", addPreviousOutputInEnv: false }],
  ["assetPaths", command, { create: "true", assetPaths: [] }],
  ["dir", command, { create: "true", dir: "/" }],
  ["interpreter", command, { create: "true", interpreter: ["node", "-e"] }],
  ["logging", command, { create: "true", logging: "none" }],
  ["update", command, { create: "true", update: "true" }],
  ["registry", image, { imageName: "a", skipPush: true, build, registry: {} }],
  ["imageName", image, { imageName: "me/a", build }],
  ["keepLocally", remoteImage, { name: "a" }],
  ["pullTriggers", remoteImage, { name: "a", keepLocally: true, pullTriggers: ["b"] }],
  [
    "build.builderVersion",
    image,
    { imageName: "a", skipPush: true, build: { ...build, builderVersion: "BuilderV1" } },
  ],
  [
    "build.dockerfile",
    image,
    { imageName: "a", skipPush: true, build: { ...build, dockerfile: "gone" } },
  ],
])("%s is refused by name", async (property, type, inputs) => {
  expect(await refused(type, inputs)).toEqual([property]);
});

test.each<[string, Json]>([
  ["command", ["sleep"]],
  ["cpuShares", 1],
  ["domainname", "a"],
  ["hostname", "a"],
  ["hosts", [{ host: "a", ip: "::1" }]],
  ["init", true],
  ["maxRetryCount", 1],
  ["memoryReservation", 1],
  ["mustRun", false],
  ["privileged", true],
  ["readOnly", true],
  ["removeVolumes", false],
  ["rm", true],
  ["shmSize", 64],
  ["start", false],
  ["tmpfs", { "/run": "" }],
  ["user", "a"],
  ["wait", true],
  ["waitTimeout", 61],
  ["workingDir", "/"],
])("%s of a container is refused, as this stack sets none", async (key, value) => {
  expect(await refused(container, { name: "a", image: "b", [key]: value })).toEqual([key]);
});

test("startInterval of a health check is refused, as this stack sets none", async () => {
  const healthcheck = { tests: ["CMD", "true"], startInterval: "1s" };
  expect(await refused(container, { name: "a", image: "b", healthcheck })).toEqual([
    "healthcheck.startInterval",
  ]);
});

test.each<[string, Json]>([
  ["addHosts", ["a:::1"]],
  ["cacheFrom", { images: ["a"] }],
  ["contextDigest", "0"],
  ["dockerfile", __filename],
  ["network", "host"],
])("%s of a build is refused, as this stack sets no such one", async (key, value) => {
  const inputs = { imageName: "a", skipPush: true, build: { ...build, [key]: value } };
  expect(await refused(image, inputs)).toEqual([`build.${key}`]);
});

test("an image that is to be built in a preview is refused", async () => {
  const inputs = { imageName: "a", skipPush: true, build, buildOnPreview: true };
  expect(await refused(image, inputs)).toEqual(["buildOnPreview"]);
});

test("a refusal says what does know the property", async () => {
  const { failures } = await volume.check({ name: "a", cluster: {} });
  expect(failures[0]?.reason).toBe(
    'the stand-in for the official plugin does not know "cluster" of Volume; only the official plugin does',
  );
  const { failures: values } = await container.check({ name: "a", image: "b", wait: true });
  expect(values[0]?.reason).toBe(
    'the stand-in for the official plugin knows "wait" of Container as false alone',
  );
});

test("an image's check adds the defaults and the digest of the context", async () => {
  const { inputs } = await image.check({
    imageName: "a",
    skipPush: true,
    build: { context: folder },
  });
  expect(inputs["buildOnPreview"]).toBe(false);
  expect(isObject(inputs["build"]) && inputs["build"]).toMatchObject({
    dockerfile: join(folder, "Dockerfile"),
    platform: expect.stringMatching(/^linux\//) as string,
    contextDigest: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
  });
});
