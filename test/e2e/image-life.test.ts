import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { imageName } from "../../config/names";
import { docker, removeImage } from "../support/e2e/probe";
import type { Session } from "../support/e2e/session";
import { drawn, isCursorBack, onTerminal, typescript } from "../support/e2e/terminal";
import { startTinyStack, useTinyImage } from "../support/e2e/tiny-image";
import { story } from "../support/story";

// What is removed behind Pulumi's back, plain `pulumi up` puts right.
const minutes = 60_000;
jest.setTimeout(3 * minutes);

const step = story(3 * minutes);

let user: Session;
let tag: string;

beforeAll(async () => {
  user = await startTinyStack("life");
  tag = imageName(user.stack.name);
}, 20 * minutes);

afterAll(() => user.end());

step("a container that was removed by hand is there again", async () => {
  await remove();
  expect(await user.up()).toMatchObject({ code: 0 });
  expect((await user.inspect()).State.Health?.Status).toBe("healthy");
});

describe("an image that was removed by hand, its container too,", () => {
  step("is gone indeed", async () => {
    const gone = (await docker.getImage(tag).inspect()).Id;
    await remove();
    await removeImage(tag);
    await expect(docker.getImage(gone).inspect()).rejects.toMatchObject({ statusCode: 404 });
  });

  step("is what the plan says will be built again", async () => {
    const { code, output } = await user.plain("preview --diff");
    expect(code).toBe(0);
    expect(output).toMatch(/\+-docker:index\/image:Image: \(replace\)/);
  });

  step("is built again, and the container runs on it", async () => {
    expect(await user.up()).toMatchObject({ code: 0 });
    const { Image, State } = await user.inspect();
    expect(State.Health?.Status).toBe("healthy");
    expect((await docker.getImage(tag).inspect()).Id).toBe(Image);
  });

  step("is not built a second time", async () => {
    expect(await user.up("--expect-no-changes")).toMatchObject({ code: 0 });
  });
});

step("an image whose name alone was removed is built again, and its container stays", async () => {
  const { Id } = await user.inspect();
  await removeImage(tag);
  expect(await user.up()).toMatchObject({ code: 0 });
  await expect(docker.getImage(tag).inspect()).resolves.toBeDefined();
  expect((await user.inspect()).Id).toBe(Id);
});

describe("npm run status -- --watch", () => {
  const line = () => `npm run status -- --watch --stack ${user.stack.name}`;

  step("draws on the terminal, until Ctrl-C", async () => {
    const ctrlC = `(until grep --quiet processors ${typescript}; do sleep 0.1; done; printf "\\003")`;
    const shown = await onTerminal(user, 60, line(), ctrlC);
    expect(drawn(shown).join("\n")).toMatch(/^Container .*: healthy, up .*\n(.*\n)*? {2}memory /m);
    expect(isCursorBack(shown)).toBe(true);
  });

  step("is refused without one", async () => {
    const { code, output } = await user.sh(line());
    expect(code).toBe(2);
    expect(output).toContain("[KALISI-OPTION-WRONG]");
  });
});

step("a preview of a stack that there is not makes none", async () => {
  const name = `${user.stack.name}x`;
  const env = { KALISI_SOURCE: "examples/source" };
  const { output } = await user.sh(`npm run preview -- --stack ${name}`, env);
  expect(output).toMatch(/Resources:\s+\+ \d+ to create|\[KALISI-PORT-TAKEN\]/);
  expect((await user.sh("npm run list")).output).not.toContain(name);
  expect(user.clone.status()).not.toContain(name);
});

describe("npm start shows how it goes", () => {
  const line = () => `npm start -- --stack ${user.stack.name}`;

  step("in place on a terminal, however narrow it is", async () => {
    // No cache has the answer.
    useTinyImage(user.clone, [
      `RUN echo a step with a name wider than the terminal: ${randomUUID()}`,
    ]);
    const shown = await onTerminal(user, 40, line());
    const lines = drawn(shown).filter((each) => each.startsWith("  image-build: updating"));
    expect(lines.join("\n")).toMatch(/[█░]+ \d/);
    for (const each of lines) expect(each.length).toBeLessThan(40);
    expect(shown).toMatch(/✔ container-run: created \(/);
    expect(isCursorBack(shown)).toBe(true);
    expect(shown).toContain(`https://localhost:${user.stack.gatewayPort}`);
  });

  step("in plain lines without one, also where nobody reads on", async () => {
    useTinyImage(user.clone);
    const { output } = await user.sh(`${line()} | cat`);
    expect(output).toMatch(/^ {2}image-build: updated \(\d+ s\)$/m);
    expect(output).not.toContain("\u001b");
    useTinyImage(user.clone);
    await user.sh(`${line()} 2> ../stderr | head -n 1`);
    expect(readFileSync(join(user.clone.path, "..", "stderr"), "utf8")).toBe("");
    const { Image, State } = await user.inspect();
    expect(State.Running).toBe(true);
    expect((await docker.getImage(tag).inspect()).Id).toBe(Image);
  });

  step("with every word of Pulumi's where it is asked for", async () => {
    const { output } = await user.sh(`${line()} --verbose`);
    expect(output).toMatch(/^Resources:\n +\d+ unchanged$/m);
  });
});

async function remove(): Promise<void> {
  await docker.getContainer(user.stack.names.container).remove({ force: true });
}
