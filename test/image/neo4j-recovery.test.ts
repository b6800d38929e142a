import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { findDockerHost } from "../../config/engine/endpoint";
import { eventually } from "../support/eventually";
import type { TestContainer } from "../support/image/container";
import { canary, Database, passwords, settingsWith } from "../support/image/database";
import { root } from "../support/image/declared";
import { ownContainers } from "../support/image/own-containers";
import { story } from "../support/story";

jest.setTimeout(300_000);

const step = story(300_000);

const start = ownContainers();
const runFile = promisify(execFile);

let kalisi: TestContainer;
let database: Database;

/** The gate's own program, as `pulumi up` runs it. */
async function gate(): Promise<string> {
  const program = "components/commands/wait-for-healthy.ts";
  const { stdout } = await runFile("node", ["--require", "./compile.cjs", program], {
    cwd: root,
    env: {
      ...process.env,
      DOCKER_HOST: findDockerHost(process.env, "/nonexistent").uri,
      KALISI_CONTAINER: kalisi.names.container,
      KALISI_TIMEOUT_SECONDS: "120",
    },
  });
  return stdout;
}

/** The commands that a section of docs/operations.md gives. */
function documentedCommands(section: string): readonly string[] {
  const text = readFileSync(join(root, "docs", "operations.md"), "utf8");
  const block = text.split(`\n## ${section}\n`)[1]?.split("\n## ")[0]?.split("```sh\n")[1];
  return (block?.split("\n```")[0] ?? "").split("\n");
}

/** Runs a line such as `docker exec -u kalisi kalisi COMMAND`, in this test's container. */
async function runDocumented(line: string): Promise<string> {
  const [, user = "root", command] = /^docker exec (?:-u (\w+) )?kalisi (.+)$/.exec(line) ?? [];
  if (command === undefined) {
    throw new Error(`this test cannot run ${JSON.stringify(line)}`);
  }
  const { code, stdout, stderr } = await kalisi.runAs(user, ...command.split(" "));
  expect(`${line}: ${code}${code === 0 ? "" : stdout + stderr}`).toBe(`${line}: 0`);
  return stdout;
}

beforeAll(async () => {
  kalisi = await start({
    autoStart: false,
    settings: settingsWith(passwords.second),
    adjust: (options) => {
      // The gate takes unhealthy for final only after the time that a start is given.
      options.Healthcheck = { ...options.Healthcheck, StartPeriod: 1_000_000_000 };
    },
  });
  database = new Database(kalisi);
  await kalisi.untilPrepared();
  await database.start();
  await database.query(passwords.second, "CREATE (:Kept {of: 'old'})");
});

step("a password changed by hand is taken over once .env has it", async () => {
  await database.alterByHand(passwords.second, passwords.third);
  await database.restartWith(passwords.third);
  await kalisi.untilLogged(/the database already has the password of runtime\/\.env$/m);
  expect(await database.opens(passwords.third)).toBe(true);
});

describe("where .env and volume disagree and no known password opens", () => {
  const reason =
    /^neo4j: NEO4J_PASSWORD of runtime\/\.env does not open the database on the kalisi-neo4j volume for user neo4j, .*docs\/operations\.md$/m;

  step("the health check says so", async () => {
    await database.alterByHand(passwords.third, passwords.unknown);
    await kalisi.ask("s6-svc", "-wD", "-T", "60000", "-d", "/run/service/neo4j");
    await kalisi.ask("s6-svc", "-u", "/run/service/neo4j");
    await eventually(200, async () => {
      const { State } = await kalisi.inspect();
      const said = State.Health?.Log.at(-1)?.Output ?? "";
      return State.Health?.Status === "unhealthy" && reason.test(said) ? undefined : said;
    });
    expect((await kalisi.inspect()).State.Health?.Status).toBe("unhealthy");
  });

  step("the health gate says so in its last lines", async () => {
    const error = (await gate().catch((failure: unknown) => failure)) as { stderr: string };
    const [last = "", check = ""] = error.stderr.trimEnd().split("\n").reverse();
    expect(last).toMatch(/^The container \S+ is unhealthy\./);
    expect(check).toMatch(reason);
  });

  step("the health gate does not wait for the end of the time that a start is given", async () => {
    await kalisi.recreate({ autoStart: true, adjust: () => undefined });
    const error = (await gate().catch((failure: unknown) => failure)) as { stderr: string };
    expect(error.stderr).toMatch(reason);
    // Not: "was not healthy after 120 s".
    expect(error.stderr).toMatch(/^The container \S+ is unhealthy\./m);
    expect((await kalisi.inspect()).State.Health?.Status).toBe("starting");
  });

  step("only root may reset it", async () => {
    const { code, stderr } = await kalisi.runAs("kalisi", "neo4j-reset-password");
    expect(code).toBe(1);
    expect(stderr).toMatch(/^neo4j-reset-password: only root may run it/);
  });

  step("the documented recovery works as it is written, and the graph stays", async () => {
    const commands = documentedCommands("The database password");
    expect(commands.length).toBeGreaterThan(0);
    for (const command of commands) await runDocumented(command);
    expect(await database.opens(passwords.third)).toBe(true);
    expect(await database.opens("anything")).toBe(false);
    expect(await database.query(passwords.third, "MATCH (k:Kept) RETURN k.of")).toContain(
      '["old"]',
    );
    await kalisi.untilHealthy();
    expect(await gate()).toMatch(/is healthy$/m);
  });
});

step("no password is in the log", async () => {
  const { stdout, stderr } = await kalisi.log();
  expect(stdout + stderr).toMatch(/reset to the one of runtime/);
  expect(stdout + stderr).not.toContain(canary);
});

for (const [user, expected] of [
  ["root", []],
  ["neo4j", []],
  ["kalisi", ["agent-runtime-s", "kalisi-gateway", "neo4j-ui"]],
] as const) {
  step(
    `of the processes of ${user}, these have a password: ${JSON.stringify(expected)}`,
    async () => {
      // Without one there would be nothing to find.
      await kalisi.ask("pgrep", "-u", user);
      // Only its own user may read a process' environment.
      const script = `cd /proc; for p in [0-9]*; do
    cat $p/cmdline $p/environ | grep -qa "$1" && cat $p/comm
  done 2>/dev/null; true`;
      // A pattern that does not match itself, in this very shell's arguments.
      const { stdout } = await kalisi.runAs(
        user,
        "sh",
        "-c",
        script,
        "-",
        canary.replace(/.$/, "[$&]"),
      );
      expect(stdout.split("\n").filter(Boolean).sort()).toStrictEqual(expected);
    },
  );
}
