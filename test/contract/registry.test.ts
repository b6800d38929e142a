import { remoteImageTable } from "../../airgap/plugins/docker/remote-image";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Props } from "../../airgap/plugins/values";
import { Made, newName, startDockerPlugin } from "../support/contract/docker";
import { differences, type Row } from "../support/contract/differences";
import type { PluginProcess } from "../support/contract/plugin";
import { plain, type Recorded } from "../support/contract/recorded";
import { docker } from "../support/e2e/probe";
import { startRegistry, type Registry } from "../support/e2e/registry";
import { useFolder } from "../support/files";

const [built, pulled] = ["docker:index/image:Image", "docker:index/remoteImage:RemoteImage"];
const things = new Made();
const context = useFolder();

let registry: Registry;
let plugin: PluginProcess;
let name: string;
let pushed: Recorded;
let inputs: Props;
let made: Recorded;

beforeAll(async () => {
  writeFileSync(join(context, "Dockerfile"), `FROM scratch\nLABEL a=${newName()}\n`);
  registry = await startRegistry();
  plugin = await startDockerPlugin(registry.loggedIn);
  name = `${registry.address}/${newName()}:1`;
  things.image(name);
  const build = { context, builderVersion: "BuilderBuildKit" };
  pushed = await plugin.create(built, { imageName: name, skipPush: false, build });
  await registry.open();
  await docker.getImage(name).remove();
  inputs = { name, keepLocally: true };
  made = await plugin.create(pulled, inputs);
});

afterAll(async () => {
  await things.removeAll();
  await plugin.stop();
  await registry.stop();
});

test("an image is pushed with the client's credentials, and known by the digest of its manifest", async () => {
  const { RepoDigests } = await docker.getImage(name).inspect();
  const { repoDigest } = plain(pushed.state);
  expect(repoDigest).toMatch(new RegExp(`^${name.replace(/:1$/, "")}@sha256:[0-9a-f]{64}$`));
  expect(RepoDigests).toStrictEqual([repoDigest]);
});

const rows: readonly Row[] = [
  ["another name", { name: "127.0.0.1:1/other:1" }, { name: "update_replace" }],
  ["to be removed with the resource", { keepLocally: undefined }, { keepLocally: "delete" }],
];

differences("a pulled image", remoteImageTable, rows, () => ({ plugin, made, inputs }));

test("an image is pulled, and known by its id", async () => {
  const { Id, RepoDigests } = await docker.getImage(name).inspect();
  expect(made.id).toBe(`${Id}${name}`);
  expect(plain(made.state)).toMatchObject({ ...inputs, imageId: Id, repoDigest: RepoDigests[0] });
});

test("one that is there is not pulled", async () => {
  await docker.getImage(name).tag({ repo: "127.0.0.1:1/contract", tag: "1" });
  things.image("127.0.0.1:1/contract:1");
  const local = await plugin.create(pulled, { ...inputs, name: "127.0.0.1:1/contract:1" });
  expect(plain(local.state)["imageId"]).toBe(plain(made.state)["imageId"]);
});

test("one that cannot be pulled fails with its reason", async () => {
  const gone = `${registry.address}/contract:no-such`;
  await expect(plugin.create(pulled, { ...inputs, name: gone })).rejects.toMatchObject({
    details: expect.stringMatching(
      new RegExp(`Unable to read Docker image into resource: unable to pull image ${gone}`),
    ) as string,
  });
});

test("a removal keeps it, and a refresh finds it until somebody removes it", async () => {
  await plugin.delete(made);
  const now = await plugin.read(made);
  expect(now?.id).toBe(made.id);
  expect(now && (await plugin.diff(now, inputs)).paths).toStrictEqual({});
  await docker.getImage(name).remove();
  expect(await plugin.read(made)).toBeUndefined();
});
