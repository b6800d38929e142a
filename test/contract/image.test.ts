import { imageTable } from "../../airgap/plugins/docker/image";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Props } from "../../airgap/plugins/values";
import { found, Made, newName, startDockerPlugin } from "../support/contract/docker";
import { differences, type Row } from "../support/contract/differences";
import type { PluginProcess } from "../support/contract/plugin";
import { plain, type Recorded } from "../support/contract/recorded";
import { docker } from "../support/e2e/probe";
import { useFolder } from "../support/files";

const type = "docker:index/image:Image";
const things = new Made();
const context = useFolder();
const dockerfile = join(context, "Dockerfile");
// With a registry in it, so that pushing is no mistake; port 1 is nobody's.
const imageName = `127.0.0.1:1/${newName()}:1`;

const build: Props = {
  context,
  dockerfile,
  builderVersion: "BuilderBuildKit",
  platform: "linux/amd64",
  args: { A: "1" },
};
const inputs: Props = { imageName, skipPush: true, build };

let plugin: PluginProcess;
let made: Recorded;

beforeAll(async () => {
  writeFileSync(dockerfile, "FROM scratch AS first\nARG A\nLABEL a=$A\nCOPY file /\n");
  writeFileSync(join(context, "file"), "text");
  writeFileSync(join(context, ".dockerignore"), "ignored\n");
  plugin = await startDockerPlugin();
  things.image(imageName);
  made = await plugin.create(type, inputs);
});

afterAll(async () => {
  await things.removeAll();
  await plugin.stop();
});

const of = (edit: Props) => ({ build: { ...build, ...edit } });
const built = { build: "update" } as const;

const rows: readonly Row[] = [
  ["the default", { buildOnPreview: false }, {}],
  ["another name", { imageName: "127.0.0.1:1/other:1" }, { imageName: "update" }],
  ["to be pushed", { skipPush: false }, { skipPush: "update" }],
  ["nothing about pushing", { skipPush: undefined }, { skipPush: "delete" }],
  ["another argument of the build", of({ args: { A: "2" } }), built],
  ["no argument", of({ args: {} }), built],
  ["another platform", of({ platform: "linux/arm64" }), built],
  ["another target", of({ target: "first" }), built],
  ["another context", of({ context: join(__dirname, "..", "support", "contract") }), built],
  ["another Dockerfile", of({ dockerfile: join(context, "file") }), built],
];

differences("an image", imageTable, rows, () => ({ plugin, made, inputs }));

test("an image is never replaced", async () => {
  expect(await plugin.diff(made, { ...inputs, imageName: "127.0.0.1:1/other:1" })).toMatchObject({
    deleteBeforeReplace: false,
  });
});

test("an edit in the context is a difference, one in what is ignored is none", async () => {
  writeFileSync(join(context, "ignored"), "new");
  expect((await plugin.diff(made, inputs)).paths).toStrictEqual({});
  writeFileSync(join(context, "file"), "another text");
  expect((await plugin.diff(made, inputs)).paths).toStrictEqual(built);
  writeFileSync(join(context, "file"), "text");
  expect((await plugin.diff(made, inputs)).paths).toStrictEqual({});
});

test("an image is built, and known by its id", async () => {
  const { Id, Config } = await docker.getImage(imageName).inspect();
  expect(Config.Labels).toStrictEqual({ a: "1" });
  expect(made.id).toBe(imageName);
  expect(plain(made.state)).toMatchObject({
    imageName,
    baseImageName: imageName,
    registryServer: "",
    repoDigest: Id,
    context,
    dockerfile: "Dockerfile",
    platform: "linux/amd64",
  });
});

test("what is recorded of its inputs are the defaults and a digest of the context, too", () => {
  expect(plain(made.inputs)).toStrictEqual({
    ...inputs,
    buildOnPreview: false,
    build: { ...build, contextDigest: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
  });
});

test("an update builds it again", async () => {
  const news = { ...inputs, ...of({ args: { A: "2" } }) };
  const updated = await plugin.update(made, news);
  const { Id, Config } = await docker.getImage(imageName).inspect();
  expect(Config.Labels).toStrictEqual({ a: "2" });
  expect(plain(updated.state)).toMatchObject({ repoDigest: Id });
  expect(Id).not.toBe(plain(made.state)["repoDigest"]);
  expect((await plugin.diff(updated, news)).paths).toStrictEqual({});
});

test("a preview builds none", async () => {
  const name = `127.0.0.1:1/${newName()}:1`;
  const { state } = await plugin.create(type, { ...inputs, imageName: name }, true);
  expect(plain(state)).toMatchObject({ imageName: name, skipPush: true });
  expect(plain(state)).not.toHaveProperty("repoDigest");
  expect(await found(docker.getImage(name).inspect())).toBeUndefined();
});

test("a refresh and a removal look at no image", async () => {
  const gone = { ...inputs, imageName: `127.0.0.1:1/${newName()}:1` };
  things.image(gone.imageName);
  const short = await plugin.create(type, gone);
  await plugin.delete(short);
  await docker.getImage(gone.imageName).remove();
  expect(await plugin.read(short)).toMatchObject({ id: short.id, state: short.state });
});

test("one that does not build fails", async () => {
  const name = `127.0.0.1:1/${newName()}:1`;
  const broken = join(context, "Broken");
  writeFileSync(broken, "FROM scratch\nCOPY no-such-file /\n");
  const news = { ...inputs, imageName: name, ...of({ dockerfile: broken }) };
  await expect(plugin.create(type, news)).rejects.toMatchObject({
    details: expect.stringContaining("no-such-file") as string,
  });
  expect(await found(docker.getImage(name).inspect())).toBeUndefined();
});

test("one that is to be pushed must name its registry", async () => {
  const news = { ...inputs, imageName: "contract", skipPush: false };
  const refused = plugin.check(type, news).then(({ failures }) => failures.length > 0);
  expect(await refused.catch(() => true)).toBe(true);
});
