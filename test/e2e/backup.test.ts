import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { eventually } from "../support/eventually";
import { docker } from "../support/e2e/probe";
import { Session } from "../support/e2e/session";
import { stackBeside } from "../support/e2e/stack";
import type { Ledger } from "../support/faults/ledger";
import { Writer } from "../support/faults/writer";
import { story } from "../support/story";

const minutes = 60_000;
jest.setTimeout(4 * minutes);

const step = story(4 * minutes);

const canary = "canary-8f1d3c";
const passphrase = { KALISI_BACKUP_PASSPHRASE: "passphrase-5b92e7" };

let one: Session;
let two: Session;
let writer: Writer;
/** What was acknowledged before the backup. */
let acknowledged: Ledger;
let file: string;

beforeAll(async () => {
  one = new Session(await stackBeside("backup"));
  two = new Session(await stackBeside("restored"), one.clone);
  await one.prepare();
  await two.prepare();
  await one.start();
  writer = new Writer(one.stack.names.container, one.secrets().NEO4J_PASSWORD);
}, 20 * minutes);

afterAll(async () => {
  await writer.stop();
  await two.end();
  await one.end();
});

const backups = () => join(one.clone.path, "backups");

step("a backup is one file, and all is up again and written to", async () => {
  await one.write("first");
  await one.ssh(
    `mkdir -p ~/.ssh; for file in ~/.netrc ~/.ssh/id_ed25519 /workspace/my.key; do echo ${canary} > $file; done`,
  );
  await writer.untilWriting();
  acknowledged = writer.acknowledged.now();
  const { code, output } = await one.sh(
    `npm run --silent backup -- --stack ${one.stack.name} --with-secrets --json 2>../stderr`,
    passphrase,
  );
  expect(code).toBe(0);
  const result = JSON.parse(output) as { readonly file: string };
  expect(result).toMatchObject({
    stack: one.stack.name,
    downMilliseconds: expect.any(Number) as number,
    secrets: true,
  });
  file = result.file;
  expect(readdirSync(backups())).toHaveLength(1);
  await writer.untilWriting();
  expect(await writer.lost()).toStrictEqual([]);
  await writer.stop();
});

step("no secret is in it", async () => {
  const keys = await one.inside(
    ...["sed", "-s", "-n", "2p", "/home/kalisi/.ssh-host-keys/ssh_host_ed25519_key"],
    "/workspace/runtime/certs/privkey.pem",
  );
  const inKeys = keys.split(/\s+/);
  expect(inKeys).toHaveLength(2);
  const { output } = await one.sh(
    `for part in workspace home; do tar -xOf '${file}' $part.tar.gz | tar -xzO; done > ../all; tar -xOf '${file}' manifest.json redis.rdb env.age >> ../all; grep --count --binary-files=text first ../all`,
  );
  expect(Number(output)).toBeGreaterThan(0);
  const all = readFileSync(join(one.clone.path, "..", "all"), "latin1");
  const { JWT_SECRET, NEO4J_PASSWORD } = one.secrets();
  expect(all).toContain("age-encryption.org/v1");
  const word = passphrase.KALISI_BACKUP_PASSPHRASE;
  const found = [canary, ...inKeys, JWT_SECRET, NEO4J_PASSWORD, word].filter((secret) =>
    all.includes(secret),
  );
  expect(found).toStrictEqual([]);
  expect(JSON.stringify(await one.inspect())).not.toContain(word);
  const places = "backups .kalisi .pulumi-state ../stderr";
  const { output: holders } = await one.sh(`grep -rlF -- ${word} ${places} || true`);
  expect(holders).toBe("");
});

step("a disk without room for it is told before anything stops", async () => {
  const small = join(one.clone.path, "..", "small");
  mkdirSync(small);
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", small]);
  const pid = () => one.inside("s6-svstat", "-o", "pid", "/run/service/neo4j");
  const before = await pid();
  try {
    const { code, output } = await one.sh(
      `npm run --silent backup -- --stack ${one.stack.name} --to '${small}/folder'`,
    );
    expect(code).toBe(1);
    expect(output).toMatch(/nothing was stopped.*KALISI-BACKUP-SPACE/);
    expect(readdirSync(small)).toStrictEqual([]);
  } finally {
    execFileSync("umount", [small]);
  }
  expect(await pid()).toBe(before);
});

const env = () => join(one.clone.path, "examples/source/.env");
/** What the backup has of it. */
let backedUp: string;
/** What a restore has said takes it over. */
let takeOver: string | undefined;

step("another stack, with another password, refuses a wrong passphrase", async () => {
  backedUp = readFileSync(env(), "utf8");
  const other = backedUp.replace(/^NEO4J_PASSWORD=.*$/m, "NEO4J_PASSWORD=another-password-1");
  writeFileSync(env(), other);
  await two.start();
  expect(await restore(two, two.stack.name, { KALISI_BACKUP_PASSPHRASE: "wrong" })).toMatchObject({
    code: 1,
    output: expect.stringContaining("KALISI-BACKUP-LOCKED") as string,
  });
  expect(await two.inside("redis-cli", "--raw", "GET", "e2e")).toBe("");
});

step("it takes the data with the right one, and has the secrets beside its own", async () => {
  const own = readFileSync(env(), "utf8");
  const { code, output } = await restore(two, two.stack.name, passphrase);
  expect(code).toBe(0);
  expect(output).toMatch(/^Restored: \d+ nodes/m);
  expect(output).toMatch(/^Their values differ: NEO4J_PASSWORD$/m);
  const handedOut = `.kalisi/restored/${two.stack.name}.env`;
  expect(output).toContain(`cp '${handedOut}' 'examples/source/.env' && npm start`);
  takeOver = /^.*(cp '.*)$/m.exec(output)?.[1];
  expect(output).not.toContain(/^NEO4J_PASSWORD=(.*)$/m.exec(backedUp)?.[1]);
  expect(readFileSync(join(one.clone.path, handedOut), "utf8")).toBe(backedUp);
  expect(statSync(join(one.clone.path, handedOut)).mode & 0o777).toBe(0o600);
  expect(readFileSync(env(), "utf8")).toBe(own);
  expect(await two.readBack()).toStrictEqual(["first", "first", "first", "first"]);
  const reader = new Writer(
    two.stack.names.container,
    two.secrets().NEO4J_PASSWORD,
    acknowledged.now(),
  );
  const lost = await reader.lost();
  await reader.stop();
  expect(lost).toStrictEqual([]);
  expect(await two.inside("sh", "-c", "ls -A /data/redis/.kalisi-restore 2>&1 || true")).toMatch(
    /No such file/,
  );
});

step("the line that it has printed takes the secrets over", async () => {
  const { code } = await two.sh(String(takeOver));
  expect(code).toBe(0);
  expect(readFileSync(env(), "utf8")).toBe(backedUp);
  expect(await two.readBack()).toStrictEqual(["first", "first", "first", "first"]);
});

step("a backup that is interrupted leaves no file, and all services up", async () => {
  const { container } = one.stack.names;
  const { code } = await interrupt(`backup -- --stack ${one.stack.name}`, "SIGINT", async () => {
    await eventually(60, async () => {
      const shown = await one.inside("s6-svstat", "-o", "up", "/run/service/neo4j");
      return shown === "false" ? undefined : "Neo4j is up";
    });
  });
  expect(code).not.toBe(0);
  expect(readdirSync(backups())).toHaveLength(1);
  await untilHealthy(container);
  await one.write("later");
});

step("a restore that is killed leaves what was there", async () => {
  const { code } = await interrupt(
    `restore -- '${file}' --stack ${one.stack.name} --confirm ${one.stack.name}`,
    "SIGKILL",
    async () => {
      await eventually(60, async () => {
        const there = "/data/redis/.kalisi-restore/new/dump.rdb";
        return one.inside("test", "-e", there).then(
          () => undefined,
          () => "Redis is not there yet",
        );
      });
    },
  );
  expect(code).not.toBe(0);
  await docker.getContainer(one.stack.names.container).restart({ t: 60 });
  await untilHealthy(one.stack.names.container);
  expect((await one.readBack()).slice(1)).toStrictEqual(["later", "later", "later"]);
  expect(await one.cypher("MATCH (n:E2e) RETURN n.value")).toContain("later");
});

step("a stack with data takes it once its name is given", async () => {
  expect(await restore(one, "dev")).toMatchObject({
    code: 1,
    output: expect.stringContaining("KALISI-OPTION-CONFIRM") as string,
  });
  expect((await one.readBack())[1]).toBe("later");
  expect(await restore(one, one.stack.name)).toMatchObject({
    code: 0,
    output: expect.stringMatching(/^It has the secrets of \.env as well/m) as string,
  });
  expect(await one.readBack()).toStrictEqual(["first", "first", "first", "first"]);
});

/** @param env with the passphrase where the secrets are to be restored as well */
function restore(user: Session, confirmed: string, env?: Readonly<Record<string, string>>) {
  const options = `--confirm ${confirmed}${env === undefined ? "" : " --with-secrets"}`;
  return user.sh(
    `npm run --silent restore -- '${file}' --stack ${user.stack.name} ${options}`,
    env,
  );
}

/** Sends a signal to all of a command once a condition is met. */
function interrupt(command: string, signal: NodeJS.Signals, until: () => Promise<void>) {
  const line = `echo $$ > ../group; exec npm run ${command}`;
  return one.clone.interrupt(line, /: neo4j|: redis/, one.env, () => {
    const group = Number(readFileSync(join(one.clone.path, "..", "group"), "utf8"));
    void until().then(() => process.kill(-group, signal));
  });
}

async function untilHealthy(container: string): Promise<void> {
  await eventually(180, async () => {
    const { State } = await docker.getContainer(container).inspect();
    if (State.Health?.Status !== "healthy") return State.Health?.Status;
    return one.inside("kalisi-health").then(
      () => undefined,
      (error: unknown) => String(error),
    );
  });
}
