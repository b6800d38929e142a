import { chmodSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Container } from "dockerode";
import { waitForVerdict } from "../../components/commands/verdict";
import { writeText } from "../support/files";
import { pauseContainer } from "../support/e2e/pause";
import { docker } from "../support/e2e/probe";
import { Session } from "../support/e2e/session";
import { stackBeside } from "../support/e2e/stack";
import { Watching } from "../support/e2e/watching";
import { story } from "../support/story";

// The host's source tree is edited while the stack is up.
const minutes = 60_000;
jest.setTimeout(5 * minutes);

const step = story(5 * minutes);

const source = "examples/source";
const gateway = "services/api-gateway/src/routes.rs";
const ui = "services/neo4j-ui/src/main.rs";

let user: Session;
let watching: Watching;

beforeAll(async () => {
  user = new Session(await stackBeside(process.env["KALISI_TEST_PREFIX"] ?? "watch"));
  await user.prepare();
  const { code, output } = await user.start();
  if (code !== 0) throw new Error(output);
  user.certificate = await user.inside("cat", "/workspace/runtime/certs/fullchain.pem");
}, 20 * minutes);

afterAll(() => user.end());

const here = (path: string) => join(user.clone.path, source, path);
const inside = (script: string) => user.inside("as-kalisi", "sh", "-ec", `cd source; ${script}`);

function edit(path: string, from: string, to: string): void {
  const before = readFileSync(here(path), "utf8");
  expect(before).toContain(from);
  writeFileSync(here(path), before.replace(from, to));
}

const pid = (service: string) => user.inside("s6-svstat", "-o", "pid", `/run/service/${service}`);

/** Waits until so many paths were carried; returns in how many batches. */
async function batchesOf(paths: number): Promise<number> {
  let batches = 0;
  for (let carried = 0; carried < paths; batches += 1) {
    const [, listed, more = "0"] =
      /^Carried: (.*?)(?: and (\d+) more)?$/m.exec(await watching.batch()) ?? [];
    carried += (listed?.split(", ").length ?? 0) + Number(more);
  }
  return batches;
}

step("what was edited before it starts is brought", async () => {
  writeText(here("docs/before.md"), "before\n");
  watching = Watching.onHost(user);
  const said = await watching.batch();
  expect(said).toMatch(/^Carried: source\/docs\/before\.md$/m);
  expect(said).toMatch(/^The container has this tree, and is healthy after \d+\.\d s\.$/m);
  expect(await inside("cat docs/before.md")).toBe("before");
});

step("a line of Rust is built, and its service alone restarted", async () => {
  const others = await pid("neo4j");
  edit(gateway, '"logs": false', '"logs": true');
  const said = await watching.batch();
  expect(said).toMatch(/^Carried: source\/services\/api-gateway\/src\/routes\.rs$/m);
  expect(said).toMatch(/^ {2}start\.sh: the Rust services: built in \d+\.\d s$/m);
  expect(said).toMatch(/^Healthy \d+\.\d s after the edit\.$/m);
  expect((await user.gateway("/api/spa/config")).body).toContain('"logs":true');
  expect(await pid("neo4j")).toBe(others);
});

step("a line of the frontend is in the page, and no service is restarted", async () => {
  const before = await pid("kalisi-gateway");
  edit("frontend/index.html", "<title>Kalisi</title>", "<title>Watched</title>");
  expect(await watching.batch()).toMatch(/^Healthy/m);
  expect((await user.gateway("/")).body).toContain("<title>Watched</title>");
  expect(await pid("kalisi-gateway")).toBe(before);
});

step("a removal, another name and a mode are carried as one batch", async () => {
  rmSync(here("data"), { recursive: true });
  renameSync(here("docs"), here("notes"));
  chmodSync(here("scripts/import_neo4j.py"), 0o644);
  expect(await watching.batch()).toMatch(/^Carried: .*source\/scripts\/import_neo4j\.py/m);
  expect(await inside("ls -d data docs 2>/dev/null || true; cat notes/before.md")).toBe("before");
  expect(await inside("stat -c %A scripts/import_neo4j.py")).toMatch(/^-rw-/);
});

step("what was edited inside stays, is told, and the host's version is beside", async () => {
  await inside("echo mine >> README.md");
  edit("README.md", "# ", "# Theirs: ");
  expect(await watching.batch()).toMatch(/^Conflict: source\/README\.md was edited .* stays/m);
  expect(await inside("tail -n 1 README.md")).toBe("mine");
  expect(await inside("head -n 1 ../.kalisi/host/source/README.md")).toMatch(/^# Theirs: /);
  expect(await inside("grep -v '^#' ../.kalisi/conflicts")).toBe("source/README.md");
});

step("a broken build shows the compiler's words, and what ran stays", async () => {
  const before = await pid("neo4j-ui");
  edit(ui, 'const SERVICE: &str = "neo4j-ui";', 'const SERVICE: &str = "neo4j-ui"');
  const said = await watching.batch();
  expect(said).toMatch(/^ {2}error: expected `;`/m);
  expect(said).toMatch(/^Not built, after .* Waiting for the next edit\.$/m);
  expect(await pid("neo4j-ui")).toBe(before);
});

step("mended, it is healthy again", async () => {
  edit(ui, 'const SERVICE: &str = "neo4j-ui"\n', 'const SERVICE: &str = "neo4j-ui";\n');
  expect(await watching.batch()).toMatch(/^Healthy/m);
});

step("ten thousand files at once are one build, and no secret is among them", async () => {
  writeText(here("many/.env.local"), "SECRET=1\n");
  await user.clone.sh(`cd ${source}/many; seq 10000 | xargs touch`);
  // One, unless this machine stands still in between.
  expect(await batchesOf(10_000)).toBeLessThan(5);
  expect(await inside("find many -type f | wc -l; find many -name '.env*'")).toBe("10000");
  rmSync(here("many"), { recursive: true });
  expect(await batchesOf(10_000)).toBeLessThan(5);
  expect(await inside("find . -name many")).toBe("");
});

step("a second one is refused", async () => {
  const second = Watching.onHost(user);
  expect(await second.ended).toBe(1);
  expect(second.output).toMatch(/^Another npm run watch is at work .*\[KALISI-WATCH-TWICE\]$/m);
});

step("Ctrl-C ends it without a failure, and leaves everything up", async () => {
  watching.interrupt();
  expect(await watching.ended).toBe(0);
  expect(await user.status()).toMatchObject({ code: 0 });
});

step("./start.sh --watch does the same for a tree that is edited inside, over SSH", async () => {
  watching = Watching.inside(user);
  await watching.batch();
  await user.ssh("sed -i 's/Watched/Inside/' /workspace/source/frontend/index.html");
  const said = await watching.batch();
  expect(said).toMatch(/^start\.sh: edited: source\/frontend\/index\.html$/m);
  expect(said).toMatch(/start\.sh: the frontend: built in \d+\.\d s$/m);
  expect(said).toMatch(/^start\.sh: ready: /m);
  expect((await user.gateway("/")).body).toContain("<title>Inside</title>");
  watching.interrupt();
  await watching.ended;
  expect(await user.status()).toMatchObject({ code: 0 });
});

/** Has the container end in some way while it is watched. */
const endBy = async (end: (container: Container) => Promise<unknown>) => {
  watching = Watching.onHost(user);
  await watching.batch();
  await end(docker.getContainer(user.stack.names.container));
  expect(await watching.ended).toBe(1);
  expect(watching.output).toMatch(
    /^The container \S+ has ended .*npm start.*\[KALISI-WATCH-ENDED\]$/m,
  );
};
const refusal = async () => {
  const refused = Watching.onHost(user);
  expect(await refused.ended).toBe(1);
  return refused.output;
};

step("a container that is started anew meanwhile ends it, with what to do", async () => {
  await endBy((container) => container.restart());
  await waitForVerdict(docker, user.stack.names.container, 120);
});

step("services that were stopped inside, and a paused container, are told", async () => {
  await inside("../stop.sh");
  expect(await refusal()).toMatch(/\[KALISI-WATCH-SERVICES\]$/m);
  await inside("../start.sh --daemon");
  await pauseContainer(docker.getContainer(user.stack.names.container));
  expect(await refusal()).toMatch(/\[KALISI-CONTAINER-PAUSED\]$/m);
  await docker.getContainer(user.stack.names.container).unpause();
});

step("so are one that is stopped meanwhile, and then one that is down, or gone", async () => {
  await endBy((container) => container.stop());
  expect(await refusal()).toMatch(/\[KALISI-CONTAINER-STOPPED\]$/m);
  await docker.getContainer(user.stack.names.container).remove();
  expect(await refusal()).toMatch(/\[KALISI-CONTAINER-MISSING\]$/m);
});
