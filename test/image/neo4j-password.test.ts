import type { TestContainer } from "../support/image/container";
import { canary, Database, passwords, settingsWith } from "../support/image/database";
import { ownContainers } from "../support/image/own-containers";
import { story } from "../support/story";

jest.setTimeout(300_000);

const step = story(300_000);

const start = ownContainers();

let kalisi: TestContainer;
let database: Database;

/** Leaves behind what somebody who was interrupted would. */
const leave = (file: string, password: string) =>
  kalisi.ask("sh", "-c", `printf %s "$1" >/data/neo4j/.kalisi/${file}`, "-", password);

beforeAll(async () => {
  kalisi = await start({ autoStart: false, settings: settingsWith(passwords.first) });
  database = new Database(kalisi);
  await kalisi.untilPrepared();
});

step("the first start sets the password of .env, whatever is in it", async () => {
  await database.start();
  expect(await database.opens(passwords.first)).toBe(true);
  expect(await database.opens("neo4j")).toBe(false);
  expect(await database.query(passwords.first, "CREATE (:Kept {of: 'old'})")).toContain(
    '"errors":[]',
  );
});

step("an edited .env changes it in the database, and the graph stays", async () => {
  await database.restartWith(passwords.second);
  await kalisi.untilLogged(
    /^neo4j: password: password of user neo4j changed to the one of runtime\/\.env$/m,
  );
  expect(await database.opens(passwords.second)).toBe(true);
  expect(await database.opens(passwords.first)).toBe(false);
  expect(await database.query(passwords.second, "MATCH (k:Kept) RETURN k.of")).toContain('["old"]');
});

step(
  "a start waits as long as wrong passwords keep the user locked, says so, and goes on by itself",
  async () => {
    // The start's own login comes once the user is locked, and not before.
    await kalisi.ask(
      ...["bash", "-euc"],
      `cd /usr/local/lib/kalisi/checks; mv neo4j /tmp/check; echo 'test -e /tmp/locked && exec /tmp/check "$@"' > neo4j
      sed -i '1i #!/bin/bash' neo4j; chmod 755 neo4j`,
    );
    const guess = "curl --silent --user neo4j:guessed http://127.0.0.1:7474/db/system/tx/commit";
    const guesses = kalisi.sh(
      `until test -e /tmp/enough; do
        said=$(${guess} --json '{"statements": []}') || sleep 0.1
        [[ $said != *AuthenticationRateLimit* ]] || touch /tmp/locked
      done`,
    );
    const restarted = kalisi.ask("s6-svc", "-wR", "-T", "200000", "-r", "/run/service/neo4j");
    // How long the server takes to start again is no matter here.
    await kalisi.sh("until test -e /tmp/locked; do sleep 0.1; done");
    await kalisi.untilReported(/^neo4j: up, not ready yet: user neo4j is locked after wrong/m);
    await kalisi.ask("touch", "/tmp/enough");
    await Promise.all([guesses, restarted]);
    await kalisi.ask("mv", "/tmp/check", "/usr/local/lib/kalisi/checks/neo4j");
    expect((await kalisi.run("kalisi-health")).stdout).not.toMatch(/^neo4j:/m);
    expect(await database.opens(passwords.second)).toBe(true);
  },
);

step("folders in the records' places are set aside, with what is in them", async () => {
  await kalisi.ask(
    ...["sh", "-c"],
    "cd /data/neo4j/.kalisi && rm password && mkdir password password.pending && touch password.pending/kept",
  );
  await database.restartWith(passwords.second);
  expect(await database.opens(passwords.second)).toBe(true);
  const found = await kalisi.ask(
    "sh",
    "-c",
    "cd /data/neo4j/.kalisi && ls -d password password.*/*",
  );
  expect(found).toMatch(/^password\npassword\.pending\.damaged-\d+\/kept$/);
  await kalisi.ask("sh", "-c", "rm -r /data/neo4j/.kalisi/*.damaged-*");
});

step("a change that was cut off before the database knew of it is made up for", async () => {
  await leave("password.pending", passwords.unknown);
  await database.restartWith(passwords.third);
  expect(await database.opens(passwords.third)).toBe(true);
});

step("a change that was cut off right after is made up for, even by another password", async () => {
  await leave("password.pending", passwords.second);
  await database.alterByHand(passwords.third, passwords.second);
  await database.restartWith(passwords.first);
  expect(await database.opens(passwords.first)).toBe(true);
  expect(await kalisi.ask("ls", "-A", "/data/neo4j/.kalisi")).toBe("launch\npassword\nwritten-by");
});

step(
  "no password is in the log, in the container's declaration, or in a file but root's own",
  async () => {
    const { stdout, stderr } = await kalisi.log();
    expect(stdout + stderr).toMatch(/password of user neo4j changed/);
    expect(stdout + stderr).not.toContain(canary);
    expect(JSON.stringify(await kalisi.inspect())).not.toContain(canary);
    const found = `grep -rlsa ${canary} /data /run /tmp /etc /var /workspace /home || true`;
    expect(await kalisi.ask("sh", "-c", found)).toBe(
      "/data/neo4j/.kalisi/password\n/workspace/runtime/.env",
    );
    const kept = ["/data/neo4j/.kalisi", "/data/neo4j/.kalisi/password"];
    expect(await kalisi.ask("stat", "-c", "%a %U", ...kept)).toBe("700 root\n600 root");
  },
);
