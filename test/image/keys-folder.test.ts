import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loopbackPort } from "../../components/ports";
import { port, type Port } from "../../config/settings/units";
import { makeKeyPair } from "../support/e2e/clone";
import { freePort, ssh, withKey } from "../support/e2e/probe";
import { Claim } from "../support/image/claim";
import type { TestContainer } from "../support/image/container";
import { ownContainers } from "../support/image/own-containers";
import { story } from "../support/story";

// Who may log in where the list is a volume that changes while the container runs, such as one of a ConfigMap.
jest.setTimeout(120_000);

const step = story(120_000);
const start = ownContainers();
const folder = mkdtempSync(join(tmpdir(), "kalisi-keys-folder-"));
const own = makeKeyPair(folder, "own");
const other = makeKeyPair(folder, "other");
const listed = (key: string) => readFileSync(`${key}.pub`, "utf8");

let claim: Claim;
let published: Port;
let kalisi: TestContainer;

beforeAll(async () => {
  claim = await Claim.make(`kalisi-image-${process.pid}-keys`);
  published = await freePort();
  await claim.publish("keys", { kalisi: listed(own) });
  kalisi = await start({
    autoStart: false,
    options: { ports: [loopbackPort(port(22), published)] },
    adjust: (options) => {
      claim.show(options, "keys", "/etc/kalisi/keys");
    },
  });
  await kalisi.untilPrepared();
  await kalisi.untilHealthy();
});

afterAll(async () => {
  await claim.remove();
  rmSync(folder, { recursive: true });
});

const login = (key: string) => ssh(published, withKey(key), "id -un");
const refused = /Permission denied \(publickey\)/;

step("a key of the list logs in, and another does not", async () => {
  expect(await login(own)).toBe("kalisi");
  await expect(login(other)).rejects.toThrow(refused);
});

step("one that is installed as for an Engine logs in as well", async () => {
  await kalisi.setKeys(listed(other));
  expect(await login(other)).toBe("kalisi");
  expect(await login(own)).toBe("kalisi");
  await kalisi.setKeys("");
  await expect(login(other)).rejects.toThrow(refused);
});

step("the next login goes by a list that was exchanged, without a restart", async () => {
  const before = await kalisi.pid("sshd");
  await claim.publish("keys", { kalisi: `# ours\n${listed(other)}` });
  await expect(login(own)).rejects.toThrow(refused);
  expect(await login(other)).toBe("kalisi");
  await claim.publish("keys", { kalisi: "" });
  await expect(login(other)).rejects.toThrow(refused);
  await claim.publish("keys", { kalisi: listed(own) });
  expect(await login(own)).toBe("kalisi");
  expect(await kalisi.pid("sshd")).toBe(before);
});

step(
  "it is read by a user that has nothing else, and no process of kalisi's can touch",
  async () => {
    const settings = (await kalisi.ask("/usr/sbin/sshd", "-T")).split("\n");
    expect(settings).toContain("authorizedkeyscommand /usr/bin/cat /etc/kalisi/keys/kalisi");
    expect(settings).toContain("authorizedkeyscommanduser kalisi-keys");
    expect(settings).toContain("authorizedkeysfile /etc/ssh/authorized_keys.d/%u");
    expect(await kalisi.ask("id", "kalisi-keys")).toBe(
      "uid=7475(kalisi-keys) gid=7475(kalisi-keys) groups=7475(kalisi-keys)",
    );
    expect(await kalisi.ask("find", "/", "-xdev", "-user", "kalisi-keys")).toBe("");
  },
);

step("user kalisi changes neither the list nor what leads to it", async () => {
  const attempts = [
    "echo x > /etc/kalisi/keys/kalisi",
    "ln -sf /home/kalisi/mine /etc/kalisi/keys/kalisi",
    "mv /etc/kalisi/keys/..data /etc/kalisi/keys/former",
    "mv /etc/kalisi /etc/former",
    "echo x > /etc/ssh/sshd_config.d/00-folder-of-keys.conf",
  ];
  for (const attempt of attempts) {
    expect([attempt, (await kalisi.runAs("kalisi", "sh", "-c", attempt)).code]).not.toStrictEqual([
      attempt,
      0,
    ]);
  }
  expect(await login(own)).toBe("kalisi");
});

step("an empty folder lets nobody in, and the log says so at the start", async () => {
  await claim.publish("none", {});
  await kalisi.recreate({
    adjust: (options) => {
      claim.show(options, "none", "/etc/kalisi/keys");
    },
  });
  await kalisi.untilPrepared();
  await kalisi.untilHealthy();
  await kalisi.untilLogged(/^prepare: \/etc\/kalisi\/keys\/kalisi is missing, or not readable/m);
  await expect(login(own)).rejects.toThrow(refused);
});

step("a folder that kalisi could change is refused", async () => {
  await kalisi.recreate({
    adjust: (options) => {
      claim.show(options, "keys", "/etc/kalisi/keys", false);
    },
  });
  const said = kalisi.untilLogged(
    /^prepare: \/etc\/kalisi\/keys is user kalisi's to change: mount \/etc\/kalisi\/keys read-only$/m,
  );
  await expect(said).resolves.toBeUndefined();
});

step("without the folder, sshd asks nobody for keys", async () => {
  await kalisi.recreate({ adjust: () => undefined });
  await kalisi.untilPrepared();
  await kalisi.untilHealthy();
  expect((await kalisi.ask("/usr/sbin/sshd", "-T")).split("\n")).toEqual(
    expect.arrayContaining(["authorizedkeyscommand none", "authorizedkeyscommanduser none"]),
  );
  await expect(login(own)).rejects.toThrow(refused);
  const { stdout, stderr } = await kalisi.log();
  expect(stdout + stderr).not.toContain("AuthorizedKeysCommand");
});
