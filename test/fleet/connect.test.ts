import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { eventually } from "../support/eventually";
import { Connection } from "../support/e2e/connection";
import { accepts, ask, ssh, withKey } from "../support/e2e/probe";
import { FarStack } from "../support/e2e/far-stack";
import type { Session } from "../support/e2e/session";
import { root } from "../support/image/declared";
import { writeText } from "../support/files";
import { story } from "../support/story";

// All of Kalisi on another machine: the image's own services, and the commands of docs/fleet.md in their order.
const minutes = 60_000;
jest.setTimeout(5 * minutes);

const step = story(5 * minutes);

let far: FarStack;
let user: Session;
let connection: Connection;

beforeAll(async () => {
  far = await FarStack.make("far");
  ({ user } = far);
  const image = process.env["KALISI_TEST_IMAGE_ID"] ?? "";
  await far.engine.copyImages(image);
  await user.set({ "kalisi:image.pull": image });
}, 20 * minutes);

afterAll(() => far.end());

/** The commands that were typed: what follows `npm run`, or the whole line. */
const typed = new Set<string>();

async function succeeds(command: string, rest = ""): Promise<string> {
  typed.add(command);
  const { code, output } = await far.run(command, rest);
  expect({ command, code }).toMatchObject({ code: 0 });
  return output;
}

step("the Engine there answers, and is named", async () => {
  const client = await user.clone.sh("ssh far docker version", far.env);
  expect(client.output).toContain("Server:");
  typed.add("ssh far docker version");
  const set = `npm run pulumi -- config set kalisi:dockerHost ssh://far --stack ${user.stack.name}`;
  expect((await user.sh(set)).code).toBe(0);
  typed.add("pulumi");
});

step("the stack comes up there, and not here", async () => {
  const output = await succeeds("start");
  expect(output).toContain("is healthy");
  expect(output.trimEnd().split("\n").slice(-3)).toStrictEqual([
    `Kalisi is up: https://localhost:${user.stack.gatewayPort}`,
    `A shell in it: ssh -p ${user.stack.sshPort} kalisi@127.0.0.1`,
    "They answer here while this runs: npm run connect",
  ]);
  expect(await accepts("127.0.0.1", user.stack.gatewayPort)).toBe(false);
});

step("connect has the same addresses answer here", async () => {
  typed.add("connect");
  connection = new Connection(user, far.env);
  const shown = await connection.shown();
  const { gatewayPort, sshPort } = user.stack;
  expect(shown).toContain(`Kalisi:          https://localhost:${gatewayPort}`);
  expect(shown).toContain(`A shell:         ssh -p ${sshPort} kalisi@127.0.0.1`);
  const certificate = await succeeds("shell", "cat /workspace/runtime/certs/fullchain.pem");
  expect((await ask(`https://127.0.0.1:${gatewayPort}/`, certificate)).status).toBe(200);
  const browser = shown.map((line) => /http:\S+/.exec(line)?.[0]).find(Boolean) ?? "";
  expect(await (await fetch(browser)).json()).toHaveProperty("neo4j_version");
  expect(await ssh(sshPort, withKey(user.key), "id -un")).toBe("kalisi");
});

step("a connection that is lost is opened again", async () => {
  far.host.dropSessions();
  expect(await connection.nextLine()).toBe("The connection was lost: it is opened again");
  expect(await connection.nextLine()).toBe("The addresses above answer again");
  expect(await ssh(user.stack.sshPort, withKey(user.key), "id -un")).toBe("kalisi");
});

step("Ctrl-C ends it", async () => {
  expect(await connection.end()).toStrictEqual([130, null]);
  await eventually(5, async () =>
    (await accepts("127.0.0.1", user.stack.gatewayPort)) ? "it is still open" : undefined,
  );
});

step("ssh-config has ssh find its way through the other machine", async () => {
  const file = join(dirname(user.clone.path), "ssh_config");
  writeText(file, await succeeds("ssh-config"));
  const { output } = await user.clone.sh(
    `ssh -F ${file} -o UserKnownHostsFile=/dev/null ${user.stack.names.container} id -un`,
    far.env,
  );
  expect(output.trim()).toBe("kalisi");
});

step("the other commands look there as well", async () => {
  expect(await succeeds("status")).toMatch(/kalisi-gateway +healthy/);
  expect(await succeeds("logs")).toContain("is ready");
  expect(await succeeds("doctor")).toContain(`${far.host.uri} (from kalisi:dockerHost`);
});

step("it is among all stacks, on its own Engine", async () => {
  const all = "status -- --all";
  typed.add(all);
  const { output } = await user.sh(`npm run --silent ${all}`, far.env);
  const { stack } = user;
  expect(output).toMatch(new RegExp(`^${stack.name} +healthy +Up .* ${far.host.uri} `, "m"));
});

step("a backup is made here, and restored there", async () => {
  await succeeds("shell", "sh -c 'echo kept > mark'");
  const { file } = JSON.parse(await succeeds("backup", "--json 2>../stderr")) as { file: string };
  await succeeds("shell", "rm mark");
  await succeeds("restore", `--confirm ${user.stack.name} '${file}'`);
  expect(await succeeds("shell", "cat mark")).toBe("kept\n");
});

step("wipe leaves nothing of it there", async () => {
  await succeeds("stop");
  await succeeds("wipe", `--confirm ${user.stack.name}`);
  expect(await far.engine.docker.listContainers({ all: true })).toStrictEqual([]);
  expect((await far.engine.docker.listVolumes()).Volumes).toStrictEqual([]);
});

step("each command of docs/fleet.md was typed, here or in fleet/watch", () => {
  const blocks = readFileSync(join(root, "docs", "fleet.md"), "utf8").matchAll(
    /```sh\n([^]*?)```/g,
  );
  const documented = [...blocks].flatMap(([, block = ""]) => block.trim().split("\n"));
  const commands = documented.map(
    (line) => /^npm (?:run )?(\S+(?: -- --\S+)?)/.exec(line)?.[1] ?? line,
  );
  expect(commands.filter((command) => !typed.has(command))).toStrictEqual(["watch"]);
});
