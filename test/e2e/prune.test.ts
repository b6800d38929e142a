import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { pack } from "tar-fs";
import { readImages, recordImage } from "../../cli/container/image-record";
import { ownerLabels, ownerOf } from "../../config/engine/stack-owner";
import { identifyEngine } from "../../config/engine/volume-owner";
import { readIdentity } from "../../config/identity";
import { imageName } from "../../config/names";
import { commandsOf } from "../support/e2e/commands";
import { docker, removeImage } from "../support/e2e/probe";
import type { Session } from "../support/e2e/session";
import { startTinyStack, useTinyImage } from "../support/e2e/tiny-image";
import { writeText } from "../support/files";
import { story } from "../support/story";

// What a stack has built before, and what becomes of it. One story: each step goes on from where the one before it left
// the Engine.
const minutes = 60_000;
jest.setTimeout(3 * minutes);

const step = story(3 * minutes);

let user: Session;
/** Images that the stack has built before, as its record says, the newest first. */
let former: readonly string[];
let mine: string;
let others: string;
const { runJson, said } = commandsOf(() => user);

beforeAll(async () => {
  user = await startTinyStack("prune");
  mine = `${user.stack.name}-mine`;
  others = `${user.stack.name}-others`;
  former = await Promise.all(["a", "b", "named", "used", "e"].map(buildEmpty));
  const { id: engine } = await identifyEngine(docker);
  for (const id of former.toReversed()) {
    recordImage(user.clone.path, user.stack.name, { id, engine, names: [tag()] });
  }
  await docker.getImage(former[2] ?? "").tag({ repo: mine, tag: "1" });
  await docker.createContainer({ name: others, Image: former[3] ?? "", Cmd: ["none"] });
}, 20 * minutes);

afterAll(async () => {
  await docker.getContainer(others).remove();
  await removeImage(`${mine}:1`);
  for (const id of former) await removeImage(id);
  await user.end();
});

function tag(): string {
  return imageName(user.stack.name);
}

/** An image with nothing in it but a label. */
async function buildEmpty(label: string): Promise<string> {
  const folder = join(user.clone.path, "..", "empty", label);
  mkdirSync(folder, { recursive: true });
  writeText(join(folder, "Dockerfile"), `FROM scratch\nLABEL of=${user.stack.name}-${label}\n`);
  const stream = await docker.buildImage(pack(folder) as unknown as NodeJS.ReadableStream, {
    q: true,
  });
  const built: string[] = [];
  await new Promise((done, fail) => {
    docker.modem.followProgress(
      stream,
      (error) => {
        if (error === null) done(undefined);
        else fail(error);
      },
      ({ stream: line = "" }: { readonly stream?: string }) => built.push(line),
    );
  });
  return built.join("").trim();
}

/** Which of the former images are there. */
async function left(): Promise<readonly number[]> {
  const there = await Promise.all(
    former.map((id) =>
      docker
        .getImage(id)
        .inspect()
        .then(
          () => true,
          () => false,
        ),
    ),
  );
  return there.flatMap((isThere, index) => (isThere ? [index] : []));
}

async function volumes(): Promise<readonly string[]> {
  const { Volumes } = await docker.listVolumes();
  return user.volumes.filter((name) => Volumes.some(({ Name }) => Name === name));
}

step(
  "a start that builds keeps the last three, and what somebody else uses or has named",
  async () => {
    const before = (await user.inspect()).Image;
    useTinyImage(user.clone);
    const { code, output } = await user.start();
    expect(code).toBe(0);
    expect(output).toContain("Removed 2 former images: the stack's last 3 are kept");
    const { Image } = await user.inspect();
    expect(await left()).toStrictEqual([0, 2, 3]);
    const recorded = readImages(user.clone.path, user.stack.name).map(({ id }) => id);
    expect(recorded).toStrictEqual([Image, before, former[0], former[2], former[3]]);
    await expect(docker.getImage(before).inspect()).resolves.toMatchObject({ Id: before });
  },
);

step("status says what they take", async () => {
  const { result } = await runJson("status");
  const { Image } = await user.inspect();
  expect(result["disk"]).toMatchObject({
    stackImages: expect.arrayContaining([
      expect.objectContaining({ id: Image }) as unknown,
    ]) as unknown,
    images: { bytes: expect.any(Number) as number },
    buildCache: { unused: expect.any(Number) as number },
    container: expect.any(Number) as number,
    logAtMost: 30 * 1024 * 1024,
  });
});

describe("npm run prune", () => {
  step("removes the former ones but what others have, and says why", async () => {
    const { Image } = await user.inspect();
    const { code, result } = await runJson("prune");
    expect(code).toBe(0);
    expect(result).toMatchObject({
      removed: { images: [expect.stringMatching(/^sha256:/) as string, former[0]], parts: [] },
      kept: [
        { id: former[2], kept: `it is called ${mine}:1` },
        { id: former[3], kept: `the container ${others} uses it` },
      ],
      freedBytes: expect.any(Number) as number,
    });
    expect(await said()).toMatch(/^Freed: .*\n[^]*docker builder prune$/m);
    expect(await left()).toStrictEqual([2, 3]);
    expect((await user.inspect()).State.Running).toBe(true);
    expect((await docker.getImage(tag()).inspect()).Id).toBe(Image);
  });

  step("has nothing to remove a second time", async () => {
    const { code, result } = await runJson("prune");
    expect(code).toBe(0);
    expect(result).toMatchObject({ removed: { images: [], parts: [], files: [] }, freedBytes: 0 });
    expect(await said()).toContain("There is nothing to remove");
  });

  step("removes what a stopped stack has left, and no volume", async () => {
    expect(await user.stop()).toMatchObject({ code: 0 });
    const { container } = user.stack.names;
    const owner = ownerOf(user.stack.name, readIdentity(user.clone.path));
    await docker.createContainer({ name: container, Image: tag(), Labels: ownerLabels(owner) });
    const { code, result } = await runJson("prune");
    expect(code).toBe(0);
    expect(result).toMatchObject({ removed: { parts: [`container ${container}`] } });
    await expect(docker.getImage(tag()).inspect()).rejects.toMatchObject({ statusCode: 404 });
    expect(await left()).toStrictEqual([2, 3]);
    expect(await volumes()).toStrictEqual(user.volumes);
  });

  step("changes nothing where the Engine does not answer, or the stack is not known", async () => {
    const run = (words: string, env = {}) => user.sh(`npm run --silent prune -- ${words}`, env);
    const gone = { DOCKER_HOST: "tcp://127.0.0.1:9" };
    expect((await run(`--stack ${user.stack.name}`, gone)).output).toContain(
      "[KALISI-ENGINE-UNREACHABLE]",
    );
    expect((await run("--stack no")).output).toContain("[KALISI-STACK-UNKNOWN]");
  });
});
