import { readFileSync } from "node:fs";
import { join } from "node:path";
import { buffer as consume } from "node:stream/consumers";
import { imageName } from "../../config/names";
import { docker, removeImage } from "../support/e2e/probe";
import { password, startRegistry, type Registry } from "../support/e2e/registry";
import { Session } from "../support/e2e/session";
import { stackBeside } from "../support/e2e/stack";
import { useTinyImage } from "../support/e2e/tiny-image";
import { story } from "../support/story";

// One story: an image is built, pushed, and run elsewhere without being built.
const minutes = 60_000;
jest.setTimeout(3 * minutes);

const step = story(3 * minutes);

const repository = "me/kalisi";
let user: Session;
let registry: Registry;
let published: string;

beforeAll(async () => {
  registry = await startRegistry();
  published = `${registry.address}/${repository}:latest`;
  user = new Session(await stackBeside("publish"));
  useTinyImage(user.clone);
  await user.prepare();
  await up(registry.loggedOut);
  await user.set({
    "kalisi:image.publish.enabled": "true",
    "kalisi:image.publish.name": published,
  });
}, 20 * minutes);

afterAll(async () => {
  await user.end();
  // A name that has moved on leaves the former image behind, known by its digest.
  const reference = [published.replace(/:latest$/, "")];
  for (const { Id } of await docker.listImages({ filters: { reference } })) {
    await removeImage(Id);
  }
  await registry.stop();
});

step("a preview pushes nothing, and says what will be", async () => {
  const { code, output } = await user.plain("preview", registry.loggedIn);
  expect(code).toBe(0);
  expect(output).toMatch(/\+ .*image-publish\s+create/);
  expect(await inRegistry()).toBeUndefined();
});

step(
  "a push that is refused fails up with the registry's reason, and the container runs on",
  async () => {
    const before = await user.inspect();
    useTinyImage(user.clone);
    const { code, output } = await up(registry.loggedOut);
    expect(code).not.toBe(0);
    expect(output).toMatch(/no basic auth credentials|authentication is required/);
    const { Id, State } = await user.inspect();
    expect([Id, State.Running]).toStrictEqual([before.Id, true]);
    expect(await inRegistry()).toBeUndefined();
  },
);

step(
  "with the Docker client's credentials, what the container runs is what is pushed",
  async () => {
    const { code, output } = await up(registry.loggedIn);
    expect(code).toBe(0);
    expect(await inRegistry()).toBe((await user.inspect()).Image);
    expect(output).not.toContain(password);
  },
);

step("the credentials are not in the state", () => {
  const folder = join(user.clone.path, ".pulumi-state", ".pulumi", "stacks", "kalisi");
  const state = readFileSync(join(folder, `${user.stack.name}.json`), "utf8");
  expect(state).toContain(published);
  expect(state).not.toContain(password);
  expect(state).not.toContain(Buffer.from(`tester:${password}`).toString("base64"));
});

step("nothing is pushed again, and no registry is asked, where nothing changed", async () => {
  expect(await up(registry.loggedOut, "--expect-no-changes")).toMatchObject({ code: 0 });
});

describe("a published image is run without a build", () => {
  step("and one that is here already is taken as it is, the container too", async () => {
    const { Id } = await user.inspect();
    await user.set({
      "kalisi:image.publish.enabled": "false",
      "kalisi:image.pull": published,
    });
    const { code, output } = await up(registry.loggedOut);
    expect(code).toBe(0);
    expect(output).toMatch(/image-pull created/);
    expect((await user.inspect()).Id).toBe(Id);
  });

  step("with no credentials", async () => {
    const env = { DOCKER_CONFIG: "/nonexistent" };
    expect(await up(env, "--expect-no-changes")).toMatchObject({ code: 0 });
  });

  step("and one that is not here is pulled", async () => {
    await registry.open();
    const { Image } = await user.inspect();
    await docker.getContainer(user.stack.names.container).remove({ force: true });
    await removeImage(published);
    await removeImage(imageName(user.stack.name));
    await expect(docker.getImage(Image).inspect()).rejects.toMatchObject({ statusCode: 404 });
    expect(await up(registry.loggedOut)).toMatchObject({ code: 0 });
    const { Image: pulled, State } = await user.inspect();
    expect(pulled).toBe(Image);
    expect(State.Health?.Status).toBe("healthy");
  });

  step("and npm start -- --build pulls what has been published since", async () => {
    const { Id, Image } = await user.inspect();
    const newer = await publishAnother(Image);
    expect(await user.start("--build")).toMatchObject({ code: 0 });
    const now = await user.inspect();
    expect(now.Image).toBe(newer);
    expect(now.Id).not.toBe(Id);
  });
});

/** Pushes an image that differs in a label, and has this Engine know the name for `local` again. */
async function publishAnother(local: string): Promise<string> {
  const container = await docker.createContainer({ Image: local });
  const [repo, tag] = [published.slice(0, published.lastIndexOf(":")), "latest"];
  await container.commit({ repo, tag, changes: "LABEL newer=yes" });
  await container.remove();
  const { Id } = await docker.getImage(published).inspect();
  await consume(await docker.getImage(published).push({ authconfig: {} }));
  await docker.getImage(local).tag({ repo, tag });
  await docker.getImage(Id).remove();
  return Id;
}

async function inRegistry(): Promise<string | undefined> {
  return registry.imageId(repository, "latest");
}

function up(env: Readonly<Record<string, string>>, options = "") {
  return user.plain(`up --yes --skip-preview ${options}`, env);
}
