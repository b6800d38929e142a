import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { ArchiveWriter } from "../../../cli/backup/archive-writer";
import { findPassphrase } from "../../../cli/backup/passphrase";
import { useFolder } from "../../support/files";
import { withCompiler } from "../../support/with-compiler";

jest.setTimeout(30_000);

const root = join(__dirname, "..", "..", "..");
const folder = useFolder();
const code = "KALISI-BACKUP-PASSPHRASE";

describe("from the environment", () => {
  test("it is taken also where there is a terminal, and no other program gets it", async () => {
    const environment = { KALISI_BACKUP_PASSPHRASE: "canary", PATH: "/bin" };
    const ask = findPassphrase("Not done", environment, true);
    expect(await ask("new")).toBe("canary");
    expect(await ask("present")).toBe("canary");
    expect(environment).toStrictEqual({ PATH: "/bin" });
  });

  test("an empty one is refused, and so is none where nobody can be asked", () => {
    const refused = (environment: NodeJS.ProcessEnv, hasTerminal: boolean) => {
      const find = () => findPassphrase("Not done", environment, hasTerminal);
      expect(find).toThrow(/^Not done: .*KALISI_BACKUP_PASSPHRASE/s);
    };
    refused({ KALISI_BACKUP_PASSPHRASE: "" }, true);
    refused({}, false);
  });
});

describe("without a terminal and the variable, before anything else", () => {
  const cli = (...args: readonly string[]) =>
    spawnSync(process.execPath, ["cli/bootstrap.cjs", ...args], {
      cwd: root,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      env: { PATH: process.env["PATH"] },
    });

  /** @param secrets whether its manifest says that it has them */
  async function archive(secrets: boolean): Promise<string> {
    const file = join(folder, `${String(secrets)}.tar`);
    const writer = await ArchiveWriter.create(file);
    writer.finish({
      format: "kalisi-backup",
      formatVersion: 1,
      created: "2026-11-27T08:12:33.000Z",
      stack: "dev",
      versions: { neo4j: "5.26.1", redis: "8.0", project: "0.1.0", architecture: "x86_64" },
      settings: {},
      parts: [],
      ...(secrets ? { secrets: { file: "env.age", bytes: 1, sha256: "0".repeat(64) } } : {}),
    });
    return file;
  }

  test("backup refuses, and says how it is given", () => {
    const { status, stdout } = cli("backup", "--with-secrets", "--json");
    const result = JSON.parse(stdout) as { readonly error: string };
    expect(result).toMatchObject({ code });
    expect(result.error).toMatch(/^Nothing was backed up: .*\n.*KALISI_BACKUP_PASSPHRASE/);
    expect(status).toBe(2);
  });

  test("restore refuses, and first an archive that has none", async () => {
    const refusal = async (secrets: boolean) => {
      const { stdout } = cli("restore", await archive(secrets), "--with-secrets", "--json");
      return JSON.parse(stdout) as unknown;
    };
    expect(await refusal(true)).toMatchObject({ code });
    expect(await refusal(false)).toMatchObject({
      code: "KALISI-BACKUP-SECRETS",
      error: expect.stringMatching(/^Nothing was changed: .*without --with-secrets/) as string,
    });
  });
});

let asking: ChildProcess | undefined;

afterEach(() => {
  asking?.kill();
});

/** Has the passphrase asked for on a terminal, answers each question in turn, and says how that went. */
function typed(what: "new" | "present", ...answers: readonly string[]) {
  const program = `require("./cli/backup/passphrase.ts").findPassphrase("Not done", {})("${what}")
    .then((got) => console.log("got " + Buffer.from(got).toString("hex")), (error) => { console.log(error.shown); process.exitCode = 1; });`;
  const line = [process.execPath, ...withCompiler(program)]
    .map((word) => `'${word.replaceAll("'", `'\\''`)}'`)
    .join(" ");
  return new Promise<{ readonly status: number | null; readonly shown: string }>((resolve) => {
    const child = spawn("script", ["--quiet", "--return", "--command", line, "/dev/null"], {
      cwd: root,
      stdio: ["pipe", "pipe", "inherit"],
    });
    asking = child;
    let shown = "";
    let asked = 0;
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      shown += text;
      for (; asked < (shown.match(/shown\): /g) ?? []).length; asked += 1) {
        child.stdin.write(answers[asked] ?? "");
      }
    });
    child.once("close", (status) => {
      resolve({ status, shown });
    });
  });
}

const hex = (text: string) => Buffer.from(text).toString("hex");

describe("on a terminal", () => {
  test("it is not shown, and asked for twice where it is a new one", async () => {
    const secret = "canary ü 1";
    const { status, shown } = await typed("new", `${secret}\r`, `${secret}\r`);
    expect(shown).toContain(`got ${hex(secret)}`);
    expect(shown).toContain("The same once more (it is not shown): ");
    expect(shown).not.toContain("canary");
    expect(status).toBe(0);
    const { shown: once } = await typed("present", `${secret}\r`);
    expect(once).toContain(`got ${hex(secret)}`);
    expect(once).not.toMatch(/once more|canary/);
  });

  test.each([
    ["an empty one", ["\r"], "the passphrase is empty"],
    ["two that differ", ["canary\r", "canari\r"], "the two passphrases differ"],
    ["Ctrl-C", ["can\u0003"], "no passphrase was typed"],
    ["Ctrl-D", ["\u0004"], "no passphrase was typed"],
    ["Ctrl-C at the second", ["canary\r", "\u0003"], "no passphrase was typed"],
  ])("%s ends it with a line", async (_, answers, why) => {
    const { status, shown } = await typed("new", ...answers);
    expect(shown).toContain(`\nNot done: ${why}  [${code}]`);
    expect(shown).not.toContain("canar");
    expect(status).toBe(1);
  });
});
