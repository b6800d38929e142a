import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Ended } from "../support/e2e/clone";
import { imageName } from "../../config/names";
import { docker, removeImage } from "../support/e2e/probe";
import { Session } from "../support/e2e/session";
import { stackBeside } from "../support/e2e/stack";
import { useTinyImage } from "../support/e2e/tiny-image";

// What is removed behind Pulumi's back, or interrupted, plain `pulumi up` puts right.
const minutes = 60_000;
jest.setTimeout(3 * minutes);

let user: Session;
let tag: string;

beforeAll(async () => {
  user = new Session(await stackBeside("life"));
  tag = imageName(user.stack.name);
  useTinyImage(user.clone);
  await user.prepare();
  await up();
}, 20 * minutes);

afterAll(() => user.end());

test("a container that was removed by hand is there again", async () => {
  await remove();
  expect(await up()).toMatchObject({ code: 0 });
  expect((await user.inspect()).State.Health?.Status).toBe("healthy");
});

describe("an image that was removed by hand, its container too,", () => {
  let gone: string;

  beforeAll(async () => {
    gone = (await docker.getImage(tag).inspect()).Id;
    await remove();
    await removeImage(tag);
  });

  test("is gone indeed", async () => {
    await expect(docker.getImage(gone).inspect()).rejects.toMatchObject({ statusCode: 404 });
  });

  test("is what the plan says will be built again", async () => {
    const { code, output } = await user.plain("preview --diff");
    expect(code).toBe(0);
    expect(output).toMatch(/\+-docker:index\/image:Image: \(replace\)/);
  });

  test("is built again, and the container runs on it", async () => {
    expect(await up()).toMatchObject({ code: 0 });
    const { Image, State } = await user.inspect();
    expect(State.Health?.Status).toBe("healthy");
    expect((await docker.getImage(tag).inspect()).Id).toBe(Image);
  });

  test("is not built a second time", async () => {
    expect(await up("--expect-no-changes")).toMatchObject({ code: 0 });
  });
});

test("an image whose name alone was removed is built again, and its container stays", async () => {
  const { Id } = await user.inspect();
  await removeImage(tag);
  expect(await up()).toMatchObject({ code: 0 });
  await expect(docker.getImage(tag).inspect()).resolves.toBeDefined();
  expect((await user.inspect()).Id).toBe(Id);
});

describe("Ctrl-C while the image is built", () => {
  let before: Awaited<ReturnType<Session["inspect"]>>;
  let interrupted: Ended;

  beforeAll(async () => {
    before = await user.inspect();
    useTinyImage(user.clone, ["RUN echo now sleeping && sleep 600"]);
    const line = `. .kalisi/activate && exec pulumi up --yes --skip-preview --stack ${user.stack.name}`;
    interrupted = await user.clone.interrupt(line, /RUN echo now sleeping/, user.env);
  });

  test("ends up, and says so", () => {
    expect(interrupted.code).not.toBe(0);
    expect(interrupted.output).toMatch(/image-build .*(failed|cancel)/);
  });

  test("leaves the container and its image as they were", async () => {
    const { Id, Image, State } = await user.inspect();
    expect({ Id, Image, Running: State.Running }).toStrictEqual({
      Id: before.Id,
      Image: before.Image,
      Running: true,
    });
    expect((await docker.getImage(tag).inspect()).Id).toBe(Image);
  });

  test("leaves no lock and no pending operation", () => {
    const state = join(user.clone.path, ".pulumi-state", ".pulumi");
    expect(files(join(state, "locks"))).toStrictEqual([]);
    const stack = JSON.parse(
      readFileSync(join(state, "stacks", "kalisi", `${user.stack.name}.json`), "utf8"),
    ) as { checkpoint: { latest: { pending_operations?: unknown[] } } };
    expect(stack.checkpoint.latest.pending_operations ?? []).toStrictEqual([]);
  });

  test("is followed by an up that just works", async () => {
    useTinyImage(user.clone);
    expect(await up()).toMatchObject({ code: 0 });
    const { Id, Image, State } = await user.inspect();
    expect(State.Health?.Status).toBe("healthy");
    expect(Id).not.toBe(before.Id);
    expect((await docker.getImage(tag).inspect()).Id).toBe(Image);
  });
});

function up(options = "") {
  return user.plain(`up --yes --skip-preview ${options}`);
}

async function remove(): Promise<void> {
  await docker.getContainer(user.stack.names.container).remove({ force: true });
}

function files(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);
}
