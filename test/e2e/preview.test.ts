import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { flagsEnvironment } from "../../config/settings/flags";
import { readMachineProfile } from "../../config/machine-profile";
import { makeClone, type Clone } from "../support/e2e/clone";
import { stackBeside } from "../support/e2e/stack";
import { story } from "../support/story";

const root = join(__dirname, "..", "..");
const container = "components/kalisi-container.ts";
const minutes = 60_000;
jest.setTimeout(6 * minutes);

const step = story(6 * minutes);

/** A clone on a machine that has been set up, with everything committed: what continuous integration has. */
let clone: Clone;
let state: string;
let env: Record<string, string>;

beforeAll(async () => {
  clone = makeClone();
  state = mkdtempSync(join(tmpdir(), "kalisi-state-"));
  env = {
    KALISI_SOURCE: "examples/source",
    PULUMI_BACKEND_URL: `file://${state}`,
  };
  mkdirSync(join(clone.path, ".kalisi"), { mode: 0o700 });
  for (const path of [".kalisi/machine.json", ".kalisi/ca"]) {
    if (existsSync(join(root, path)))
      cpSync(join(root, path), join(clone.path, path), { recursive: true });
  }
  await giveOwnNames();
  await commit("what the working tree has");
});

afterAll(() => {
  clone.remove();
  rmSync(state, { recursive: true, force: true });
});

/** The job plans the dev stack: on a machine that runs one, its names and ports are taken. */
async function giveOwnNames(): Promise<void> {
  const { names, gatewayPort, sshPort } = await stackBeside("preview");
  const config = {
    "kalisi:names": names,
    "kalisi:gateway": { port: gatewayPort },
    "kalisi:ssh": { port: sshPort },
  };
  edit("Pulumi.dev.yaml", (text) => `${text}config: ${JSON.stringify(config)}\n`);
}

async function commit(message: string): Promise<void> {
  const line = `git add -A && git -c user.name=t -c user.email=t@example.org commit -q --allow-empty -m '${message}'`;
  expect(await clone.sh(line)).toMatchObject({ code: 0 });
}

function edit(file: string, change: (text: string) => string): void {
  const path = join(clone.path, file);
  const before = readFileSync(path, "utf8");
  const after = change(before);
  expect(after).not.toBe(before);
  writeFileSync(path, after);
}

const plan = () => readFileSync(join(clone.path, "plan.md"), "utf8");

/** The commands of the pull request's job, as they stand there. */
function workflowCommands(): readonly string[] {
  const text = readFileSync(join(root, ".github", "workflows", "pull-request.yml"), "utf8");
  return [...text.matchAll(/run: (npm run preview .*)$/gm)].map(([, command = ""]) => command);
}

step("the job's own commands give a plan and a verdict, and leave nothing behind", async () => {
  await commit("nothing");
  const commands = workflowCommands();
  expect(commands).toHaveLength(2);
  for (const command of commands) {
    const { code, output } = await clone.sh(command, env);
    expect(output).toMatch(/^Policies: \d+ checked on \d+ resources /m);
    expect(code).toBe(0);
  }
  expect(plan()).toContain("### Plan: nothing changes");
  rmSync(join(clone.path, "plan.md"));
  expect(clone.status()).toBe("");
});

step(
  "a change is told by what it does to each resource, and refused by the policy that it breaks",
  async () => {
    // The setting itself is refused before there is a plan.
    edit(container, (text) => text.replaceAll(": needs.stopSeconds,", ": 20,"));
    edit("docker/Dockerfile", (text) => `${text}# edited\n`);
    await commit("a short stop");
    const { code, output } = await clone.sh(workflowCommands()[0] ?? "false", env);
    expect(code).toBe(1);
    expect(output).toMatch(
      /^\[mandatory] stop-grace-present: container-run: .*Set at least 30: pulumi config set/m,
    );
    expect(output.trim().split("\n").at(-1)).toBe(
      "npm run preview: refused by policy: 2 mandatory, see above. Nothing was touched  [KALISI-POLICY-REFUSED]",
    );
    const rows = plan()
      .split("\n")
      .filter((line) => line.startsWith("| <code>"));
    const told = rows.map((row) => row.replace(/<\/?code>/g, "").split(" | "));
    expect(
      told.map(([name, , change]) => `${name?.slice(2) ?? ""} ${change ?? ""}`).sort(),
    ).toStrictEqual([
      "build-network-set replaced",
      "container-run replaced",
      "health-wait replaced",
      "image-build updated",
      "limit-set replaced",
      "ssh-keys-authorize replaced",
    ]);
    expect(rows.join()).toContain("<code>stopTimeout</code>: <code>90</code> → <code>20</code>");
    expect(plan()).toContain("stop-grace-present");
  },
);

step("no setting's value and no path of the machine is in the plan", () => {
  const settings = readFileSync(join(clone.path, "examples/source/.env"), "utf8");
  const secrets = [...settings.matchAll(/^(?:JWT_SECRET|NEO4J_PASSWORD|ENCRYPTION_KEY)=(.+)$/gm)];
  expect(secrets).toHaveLength(3);
  for (const [, secret = ""] of secrets) expect(plan()).not.toContain(secret);
  expect(plan()).not.toContain(tmpdir());
});

step("the engine refuses the same, where the pack is loaded", async () => {
  const { bin } = readMachineProfile(root).pulumi ?? { bin: "" };
  const started = {
    ...(existsSync(join(bin, "..", "libexec")) ? startPackByHand() : env),
    // The program would refuse it first.
    ...flagsEnvironment({ planFirst: true }),
  };
  const preview = () =>
    clone.sh(
      `npm run --silent pulumi -- stack select --create pack && npm run --silent pulumi -- preview --stack pack --policy-pack policy --policy-pack-config policy/config.json`,
      started,
    );
  const refused = await preview();
  expect(refused.output).toMatch(/\[mandatory] +stop-grace-present/);
  expect(refused.code).not.toBe(0);
  edit(container, (text) => text.replaceAll(": 20,", ": needs.stopSeconds,"));
  const passed = await preview();
  expect(passed.output).not.toContain("[mandatory]");
  expect(passed.code).toBe(0);
});

/** The engine looks for a program of this name where it knows no host for a pack's runtime. */
function startPackByHand(): Record<string, string> {
  const folder = join(state, "by-hand");
  mkdirSync(folder);
  writeFileSync(
    join(folder, "pulumi-analyzer-policy-by-hand"),
    `#!/bin/sh\nexec node ../node_modules/@pulumi/pulumi/cmd/run-policy-pack "$@"\n`,
    { mode: 0o755 },
  );
  edit("policy/PulumiPolicy.yaml", (text) => text.replace("runtime: nodejs", "runtime: by-hand"));
  return { ...env, PATH: `${folder}:${process.env["PATH"] ?? ""}` };
}

step("a mistake is told as the program tells it; a base without a plan is no mistake", async () => {
  edit("Pulumi.yaml", (text) => text.replace(/stopSeconds: \d+/, "stopSeconds: 0"));
  await commit("no stop");
  const broken = await clone.sh("npm run preview -- --base HEAD^1", env);
  expect(broken.code).toBe(1);
  expect(broken.output).toMatch(/kalisi:timeouts\.stopSeconds/);
  edit("Pulumi.yaml", (text) => text.replace(/stopSeconds: \d+/, "stopSeconds: 90"));
  await commit("a stop");
  const { code } = await clone.sh("npm run preview -- --base HEAD^1 --markdown plan.md", env);
  expect(code).toBe(0);
  expect(plan()).toMatch(/gives no plan to compare with/);
  expect(plan()).toMatch(/^> .*stopSeconds/m);
  expect(plan()).toMatch(/### Plan: \d+ created$/m);
});

step("a base that git does not know is told by its name", async () => {
  const { code, output } = await clone.sh("npm run preview -- --base nowhere", env);
  expect(code).toBe(1);
  expect(output).toContain("--base nowhere: git knows no such revision");
});
