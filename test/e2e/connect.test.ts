import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Session } from "../support/e2e/session";
import { stackBeside } from "../support/e2e/stack";
import { writeText } from "../support/files";
import { story } from "../support/story";

// One story: each step goes on from where the one before it left the machine.
const minutes = 60_000;
jest.setTimeout(5 * minutes);

const step = story(5 * minutes);

let user: Session;

const run = (command: string, env: Readonly<Record<string, string>> = {}) =>
  user.sh(`npm run --silent ${command} -- --stack ${user.stack.name}`, env);

beforeAll(async () => {
  user = new Session(await stackBeside("connect"));
  await user.prepare();
}, 10 * minutes);

afterAll(() => user.end());

step("a stack that is not up is said to be none to reach", async () => {
  for (const command of ["open", "connect", "ssh-config"]) {
    const { code, output } = await run(command);
    expect(code).toBe(1);
    expect(output).toContain("KALISI-CONTAINER-MISSING");
  }
});

step(
  "ssh-config prints what lets ssh in, with the host key pinned",
  async () => {
    expect((await user.start("")).code).toBe(0);
    const { code, output } = await run("ssh-config");
    expect(code).toBe(0);
    const file = join(user.clone.path, "..", "ssh_config");
    writeText(file, output);
    const host = user.stack.names.container;
    const who = await user.clone.sh(
      `ssh -F ${file} -o UserKnownHostsFile=/dev/null ${host} id -un`,
    );
    expect(who.output.trim()).toBe("kalisi");
    const fingerprint = /SHA256:\S+/.exec(output)?.[0] ?? "none";
    expect(
      await user.inside("ssh-keygen", "-lf", "/run/kalisi/ssh/ssh_host_ed25519_key"),
    ).toContain(fingerprint);

    writeText(file, output.replace(/(ssh-ed25519 AAAA\S{10})./, "$1x"));
    expect((await user.clone.sh(`ssh -F ${file} ${host} id -un`)).code).toBe(255);
  },
  10 * minutes,
);

step("connect forwards Neo4j and neo4j-ui, and ends with Ctrl-C", async () => {
  const connection = spawn("node", ["cli/bootstrap.cjs", "connect", "--stack", user.stack.name], {
    cwd: user.clone.path,
    env: { ...process.env, ...user.env },
    detached: true,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(connection, "close");
  const lines = createInterface({ input: connection.stdout })[Symbol.asyncIterator]();
  const shown: string[] = [];
  while (shown.length < 4) shown.push(String((await lines.next()).value));
  const [browser = "", , ui = ""] = shown.map((line) => /https?:\S+/.exec(line)?.[0] ?? "");
  expect(await (await fetch(browser)).json()).toHaveProperty("neo4j_version");
  expect(await (await fetch(`${ui}/health`)).text()).toContain("neo4j-ui");
  expect(shown[1]).toMatch(/^Bolt: +bolt:\/\/localhost:\d+$/);
  // As a terminal does: to the whole group.
  process.kill(-(connection.pid ?? NaN), "SIGINT");
  expect(await ended).toStrictEqual([130, null]);
  await expect(fetch(browser)).rejects.toThrow();
});

step("open hands the page's address to the browser, and prints it", async () => {
  const folder = join(user.clone.path, "..", "bin");
  const opener = join(folder, "xdg-open");
  writeText(opener, '#!/bin/sh\necho "$1" > "${0}ed"\n');
  chmodSync(opener, 0o755);
  const { code, output } = await run("open", { PATH: `${folder}:${process.env["PATH"] ?? ""}` });
  expect(code).toBe(0);
  const url = `https://localhost:${user.stack.gatewayPort}`;
  expect(output.trim()).toBe(url);
  const opened = await user.clone.sh(
    `until [ -s ${opener}ed ]; do sleep 0.1; done; cat ${opener}ed`,
  );
  expect(opened.output.trim()).toBe(url);
});

step("an editor opens the container that is up, and makes none", async () => {
  const { Id } = await user.inspect();
  const env = { PULUMI_STACK: user.stack.name };
  const folders = `--workspace-folder . --user-data-folder ../editor`;
  const { code, output } = await user.sh(`npx devcontainer up ${folders} 2>../editor.log`, env);
  expect(code).toBe(0);
  expect(JSON.parse(output)).toMatchObject({
    outcome: "success",
    containerId: Id,
    remoteUser: "kalisi",
    remoteWorkspaceFolder: "/workspace",
  });
  const opened = await user.sh(
    `npx devcontainer exec ${folders} sh -c 'id -un; pwd; command -v cargo' 2>/dev/null`,
  );
  expect(opened.output).toMatch(/^kalisi\n\/workspace\n\/\S+\/cargo\n$/);
  // npm start is one of its steps, which finds nothing to do.
  expect((await user.inspect()).Id).toBe(Id);
  expect(readFileSync(join(user.clone.path, "..", "editor.log"), "utf8")).toContain("Kalisi is up");
});
