import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { imageName } from "../../config/names";
import { docker } from "../support/e2e/probe";
import type { Session } from "../support/e2e/session";
import { isCursorBack, onTerminal, typescript } from "../support/e2e/terminal";
import { startTinyStack, useTinyImage } from "../support/e2e/tiny-image";
import { story } from "../support/story";

// Ctrl-C while an image is built.
const minutes = 60_000;
jest.setTimeout(3 * minutes);

const step = story(3 * minutes);

let user: Session;
let tag: string;

beforeAll(async () => {
  user = await startTinyStack("interrupt");
  tag = imageName(user.stack.name);
}, 20 * minutes);

afterAll(() => user.end());

describe("plain pulumi up", () => {
  let before: Awaited<ReturnType<Session["inspect"]>>;

  step("ends up, and says so", async () => {
    before = await user.inspect();
    useTinyImage(user.clone, ["RUN echo now sleeping && sleep 600"]);
    const line = `. .kalisi/activate && exec pulumi up --yes --skip-preview --stack ${user.stack.name}`;
    const { code, output } = await user.clone.interrupt(line, /RUN echo now sleeping/, user.env);
    expect(code).not.toBe(0);
    expect(output).toMatch(/image-build .*(failed|cancel)/);
  });

  step("leaves the container and its image as they were", async () => {
    const { Id, Image, State } = await user.inspect();
    expect({ Id, Image, Running: State.Running }).toStrictEqual({
      Id: before.Id,
      Image: before.Image,
      Running: true,
    });
    expect((await docker.getImage(tag).inspect()).Id).toBe(Image);
  });

  step("leaves no lock and no pending operation", () => {
    const state = join(user.clone.path, ".pulumi-state", ".pulumi");
    expect(files(join(state, "locks"))).toStrictEqual([]);
    const stack = JSON.parse(
      readFileSync(join(state, "stacks", "kalisi", `${user.stack.name}.json`), "utf8"),
    ) as { checkpoint: { latest: { pending_operations?: unknown[] } } };
    expect(stack.checkpoint.latest.pending_operations ?? []).toStrictEqual([]);
  });

  step("is followed by an up that just works", async () => {
    useTinyImage(user.clone);
    expect(await user.up()).toMatchObject({ code: 0 });
    const { Id, Image, State } = await user.inspect();
    expect(State.Health?.Status).toBe("healthy");
    expect(Id).not.toBe(before.Id);
    expect((await docker.getImage(tag).inspect()).Id).toBe(Image);
  });
});

step("npm start on a terminal gives the cursor back, and says so", async () => {
  const before = await user.inspect();
  useTinyImage(user.clone, ["RUN echo now sleeping && sleep 600"]);
  const pressed = `{ until grep --quiet "now sleeping" ${typescript} 2> /dev/null; do sleep 0.2; done; printf "\\003"; }`;
  const line = `npm start -- --stack ${user.stack.name}`;
  const shown = await onTerminal(user, 120, line, pressed);
  expect(isCursorBack(shown)).toBe(true);
  expect(shown).toMatch(/npm start: not up:/);
  expect((await user.inspect()).Id).toBe(before.Id);
});

function files(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);
}
