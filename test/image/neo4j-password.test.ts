import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { findDockerHost } from "../../config/docker-host";
import { eventually } from "../eventually";
import type { TestContainer } from "./container";
import { exampleSettings, root } from "./declared";
import { ownContainers } from "./own-containers";

jest.setTimeout(300_000);

const start = ownContainers();
const runFile = promisify(execFile);

/** In each password, so that it is found wherever it leaks, however it is escaped there. */
const canary = "Canary71";
const passwords = {
  first: `${canary} it's "so" \\n back\\slash # hash $HOME üñ€ end`,
  second: `#${canary}-second=${"x".repeat(80)}`,
  third: `${canary}-third`,
  unknown: `${canary}-set-by-hand`,
};

/** Runtime settings with a password, quoted as in a .env file. */
function settingsWith(password: string): string {
  return exampleSettings().replace(/^NEO4J_PASSWORD=.*$/m, () => `NEO4J_PASSWORD=\`${password}\``);
}

let kalisi: TestContainer;

/** What Neo4j answers to a statement on the system database, or on the graph. */
async function query(
  password: string,
  statement: string,
  parameters: object = {},
  database = "system",
): Promise<string> {
  const login = Buffer.from(`neo4j:${password}`).toString("base64");
  return kalisi.ask(
    ...["curl", "--silent", "--header", `Authorization: Basic ${login}`],
    ...["--json", JSON.stringify({ statements: [{ statement, parameters }] })],
    `http://127.0.0.1:7474/db/${database}/tx/commit`,
  );
}

const opens = async (password: string) => {
  const answer = await query(password, "SHOW CURRENT USER YIELD user");
  expect(answer).toMatch(/"row":\["neo4j"\]|Security\.(Unauthorized|AuthenticationRateLimit)/);
  return answer.includes('"row"');
};

const alterByHand = async (from: string, to: string) => {
  const statement = "ALTER CURRENT USER SET PASSWORD FROM $from TO $to";
  expect(await query(from, statement, { from, to })).toContain('"errors":[]');
};

const startNeo4j = () => kalisi.ask("s6-svc", "-wU", "-T", "200000", "-u", "/run/service/neo4j");

/** What `up` does after an edit of .env: a new container on the same volumes. */
async function restartWith(password: string): Promise<void> {
  await kalisi.recreate({ settings: settingsWith(password) });
  await kalisi.untilPrepared();
}

/** Leaves behind what somebody who was interrupted would. */
const leave = (file: string, password: string) =>
  kalisi.ask("sh", "-c", `printf %s "$1" >/data/neo4j/.kalisi/${file}`, "-", password);

/** The gate's own program, as `pulumi up` runs it. */
async function gate(): Promise<string> {
  const program = "components/commands/wait-for-healthy.ts";
  const { stdout } = await runFile("node", ["--require", "tsx/cjs", program], {
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
    settings: settingsWith(passwords.first),
    adjust: (options) => {
      // The gate takes unhealthy for final only after the time that a start is given.
      options.Healthcheck = { ...options.Healthcheck, StartPeriod: 1_000_000_000 };
    },
  });
  await kalisi.untilPrepared();
});

test("the first start sets the password of .env, whatever is in it", async () => {
  await startNeo4j();
  expect(await opens(passwords.first)).toBe(true);
  expect(await opens("neo4j")).toBe(false);
  expect(await query(passwords.first, "CREATE (:Kept {of: 'old'})", {}, "neo4j")).toContain(
    '"errors":[]',
  );
});

test("an edited .env changes it in the database, and the graph stays", async () => {
  await restartWith(passwords.second);
  await startNeo4j();
  expect((await kalisi.log()).stdout).toContain(
    "neo4j: password: password of user neo4j changed to the one of runtime/.env",
  );
  expect(await opens(passwords.second)).toBe(true);
  expect(await opens(passwords.first)).toBe(false);
  expect(await query(passwords.second, "MATCH (k:Kept) RETURN k.of", {}, "neo4j")).toContain(
    '["old"]',
  );
});

test("a change that was cut off before the database knew of it is made up for", async () => {
  await leave("password.pending", passwords.unknown);
  await restartWith(passwords.third);
  await startNeo4j();
  expect(await opens(passwords.third)).toBe(true);
});

test("a change that was cut off right after is made up for, even by another password", async () => {
  await leave("password.pending", passwords.second);
  await alterByHand(passwords.third, passwords.second);
  await restartWith(passwords.first);
  await startNeo4j();
  expect(await opens(passwords.first)).toBe(true);
  expect(await kalisi.ask("ls", "-A", "/data/neo4j/.kalisi")).toBe("launch\npassword");
});

test("a password changed by hand is taken over once .env has it", async () => {
  await alterByHand(passwords.first, passwords.third);
  await restartWith(passwords.third);
  await startNeo4j();
  expect((await kalisi.log()).stdout).toContain(
    "the database already has the password of runtime/.env",
  );
});

describe("where .env and volume disagree and no known password opens", () => {
  const reason =
    /^neo4j: NEO4J_PASSWORD of runtime\/\.env does not open the database on the kalisi-neo4j volume for user neo4j, .*docs\/operations\.md$/m;

  beforeAll(async () => {
    await alterByHand(passwords.third, passwords.unknown);
    await kalisi.ask("s6-svc", "-wD", "-T", "60000", "-d", "/run/service/neo4j");
    await kalisi.ask("s6-svc", "-u", "/run/service/neo4j");
    await eventually(200, async () => {
      const { State } = await kalisi.inspect();
      const said = State.Health?.Log.at(-1)?.Output ?? "";
      return State.Health?.Status === "unhealthy" && reason.test(said) ? undefined : said;
    });
  });

  test("the health gate says so in its last lines", async () => {
    const error = (await gate().catch((failure: unknown) => failure)) as { stderr: string };
    const [last = "", check = ""] = error.stderr.trimEnd().split("\n").reverse();
    expect(last).toMatch(/^The container \S+ is unhealthy\./);
    expect(check).toMatch(reason);
  });

  test("only root may reset it", async () => {
    const { code, stderr } = await kalisi.runAs("kalisi", "neo4j-reset-password");
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: /only root/ });
  });

  test("the documented recovery works as it is written, and the graph stays", async () => {
    const commands = documentedCommands("The database password");
    expect(commands.length).toBeGreaterThan(0);
    for (const command of commands) await runDocumented(command);
    expect(await opens(passwords.third)).toBe(true);
    expect(await opens("anything")).toBe(false);
    expect(await query(passwords.third, "MATCH (k:Kept) RETURN k.of", {}, "neo4j")).toContain(
      '["old"]',
    );
    await kalisi.untilHealthy();
    expect(await gate()).toMatch(/is healthy$/m);
  });
});

test("no password is in the log, in the container's declaration, or in a file but root's own", async () => {
  const { stdout, stderr } = await kalisi.log();
  expect(stdout + stderr).toMatch(/reset to the one of runtime/);
  expect(stdout + stderr).not.toContain(canary);
  expect(JSON.stringify(await kalisi.inspect())).not.toContain(canary);
  const found = `grep -rlsa ${canary} /data /run /tmp /etc /var /workspace /home || true`;
  expect(await kalisi.ask("sh", "-c", found)).toBe(
    "/data/neo4j/.kalisi/password\n/workspace/runtime/.env",
  );
  expect(
    await kalisi.ask("stat", "-c", "%a %U", "/data/neo4j/.kalisi", "/data/neo4j/.kalisi/password"),
  ).toBe("700 root\n600 root");
});

test("no process but the application's services has the password in its arguments or environment", async () => {
  const script = `for d in /proc/[0-9]*; do
    tr '\\0' '\\n' <$d/cmdline | grep -qa Canary7[1] && echo "$d: arguments"
    tr '\\0' '\\n' <$d/environ | grep -qa Canary7[1] && cat $d/comm
  done 2>/dev/null; true`;
  const found = (await kalisi.ask("sh", "-c", script)).split("\n").sort();
  expect(found).toStrictEqual(["agent-runtime-s", "kalisi-gateway", "neo4j-ui"]);
});
