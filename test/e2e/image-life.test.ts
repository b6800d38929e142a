import { randomUUID } from "node:crypto";
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

describe("npm start shows how it goes", () => {
  const typescript = "../typescript";
  const line = () => `npm start -- --stack ${user.stack.name}`;

  /** Runs a line on a terminal; what it wrote, with the terminal's own commands. */
  async function onTerminal(columns: number, command: string, input = "true"): Promise<string> {
    const words = `stty rows 20 cols ${columns}; env --unset=CI --unset=NO_COLOR TERM=xterm ${command}`;
    await user.sh(
      `${input} | script --quiet --flush --return --command '${words}' ${typescript} > /dev/null`,
    );
    return readFileSync(join(user.clone.path, typescript), "utf8");
  }

  const hideCursor = "\u001b[?25l";
  const showCursor = "\u001b[?25h";
  /** The lines as they are drawn, without the terminal's own commands. */
  const drawn = (shown: string) =>
    // eslint-disable-next-line no-control-regex -- that is what they begin with
    shown.split(/\r?\n/).map((each) => each.replace(/\u001b\[[?\d;]*[a-zA-Z]/g, ""));

  test("in place on a terminal, however narrow it is", async () => {
    // No cache has the answer.
    useTinyImage(user.clone, [
      `RUN echo a step with a name wider than the terminal: ${randomUUID()}`,
    ]);
    const shown = await onTerminal(40, line());
    const lines = drawn(shown).filter((each) => each.startsWith("  image-build: updating"));
    expect(lines.join("\n")).toMatch(/[█░]+ \d/);
    for (const each of lines) expect(each.length).toBeLessThan(40);
    expect(shown).toMatch(/✔ container-run: created \(/);
    expect(shown.lastIndexOf(showCursor)).toBeGreaterThan(shown.lastIndexOf(hideCursor));
    expect(shown).toContain(`https://localhost:${user.stack.gatewayPort}`);
  });

  test("until Ctrl-C, which gives the cursor back and says so", async () => {
    const before = await user.inspect();
    useTinyImage(user.clone, ["RUN echo now sleeping && sleep 600"]);
    const typed = `{ until grep --quiet "now sleeping" ${typescript} 2> /dev/null; do sleep 0.2; done; printf "\\003"; }`;
    await user.sh(`rm ${typescript}`);
    const shown = await onTerminal(120, line(), typed);
    expect(shown.lastIndexOf(showCursor)).toBeGreaterThan(shown.lastIndexOf(hideCursor));
    expect(shown).toMatch(/npm start: not up:/);
    expect((await user.inspect()).Id).toBe(before.Id);
    useTinyImage(user.clone);
  });

  test("in plain lines without one, also where nobody reads on", async () => {
    const { output } = await user.sh(`${line()} | cat`);
    expect(output).toMatch(/^ {2}image-build: updated \(\d+ s\)$/m);
    expect(output).not.toContain("\u001b");
    useTinyImage(user.clone);
    await user.sh(`${line()} 2> ${typescript} | head -n 1`);
    expect(readFileSync(join(user.clone.path, typescript), "utf8")).toBe("");
    const { Image, State } = await user.inspect();
    expect(State.Running).toBe(true);
    expect((await docker.getImage(tag).inspect()).Id).toBe(Image);
  });

  test("with every word of Pulumi's where it is asked for", async () => {
    const { output } = await user.sh(`${line()} --verbose`);
    expect(output).toMatch(/^Resources:\n +\d+ unchanged$/m);
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
