import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeKeyPair } from "../support/e2e/clone";
import { TestContainer } from "../support/image/container";

jest.setTimeout(60_000);

const hostKey = "/home/kalisi/.ssh-host-keys/ssh_host_ed25519_key.pub";

let one: TestContainer;
let other: TestContainer;
let folder: string;
let publicKey: string;

// Without auto-start a container has sshd alone, and is up within two seconds.
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "kalisi-keys-"));
  publicKey = readFileSync(`${makeKeyPair(folder, "mine")}.pub`, "utf8");
  one = await TestContainer.start({ autoStart: false });
  other = await TestContainer.start({ autoStart: false });
  for (const container of [one, other]) {
    await container.untilPrepared();
  }
});

afterAll(async () => {
  await one.remove();
  await other.remove();
  rmSync(folder, { recursive: true });
});

describe("sshd's settings, as it understands them itself", () => {
  let settings: readonly string[];

  beforeAll(async () => {
    settings = (await one.ask("/usr/sbin/sshd", "-T")).split("\n");
  });

  test.each([
    "permitrootlogin no",
    "passwordauthentication no",
    "kbdinteractiveauthentication no",
    "permitemptypasswords no",
    "pubkeyauthentication yes",
    "authenticationmethods publickey",
    "allowusers kalisi",
    "usepam no",
    "maxauthtries 20",
    "allowtcpforwarding local",
    "allowagentforwarding no",
    "x11forwarding no",
    "gatewayports no",
    "permittunnel no",
    "permituserenvironment no",
    "authorizedkeysfile /etc/ssh/authorized_keys.d/%u",
    "authorizedkeyscommand none",
    "hostkey /run/kalisi/ssh/ssh_host_ed25519_key",
  ])("%s", (setting) => {
    expect(settings).toContain(setting);
  });

  test.each([
    ["kexalgorithms", /diffie-hellman|nistp/],
    ["macs", /sha1|umac-64@|umac-64-/],
    ["hostkeyalgorithms", /rsa|ecdsa|dss/],
  ])("%s has no old algorithm", (name, old) => {
    const line = settings.find((setting) => setting.startsWith(`${name} `));
    expect(line).toBeDefined();
    expect(line).not.toMatch(old);
  });
});

describe("the host key", () => {
  test("differs between two stacks", async () => {
    const [mine, theirs] = [await one.ask("cat", hostKey), await other.ask("cat", hostKey)];
    expect(mine).toMatch(/^ssh-ed25519 /);
    expect(mine).not.toBe(theirs);
  });

  test("is the same in a new container on the same home", async () => {
    const before = await one.ask("cat", hostKey);
    await one.recreate();
    await one.untilPrepared();
    expect(await one.ask("cat", hostKey)).toBe(before);
  });

  test("is made anew where somebody else than root has put one", async () => {
    const before = await other.ask("cat", hostKey);
    await other.ask("chown", "kalisi", "/home/kalisi/.ssh-host-keys");
    await other.recreate();
    await other.untilPrepared();
    expect(await other.ask("cat", hostKey)).not.toBe(before);
    await other.untilLogged(/^prepare: .*was not a folder of root's alone/m);
  });
});

describe("kalisi-authorized-keys", () => {
  const list = "/etc/ssh/authorized_keys.d/kalisi";

  beforeEach(() => one.setKeys(publicKey));

  test("takes a list, and says how many keys it holds", async () => {
    expect(await one.setKeys(`# mine\n${publicKey}`)).toMatchObject({ code: 0, stdout: "1\n" });
    expect(await one.ask("cat", list)).toContain(publicKey.trim());
  });

  test.each([
    ["text that is no key", () => "hello\n"],
    ["a path in a key's place", () => "/root/.ssh/id_ed25519.pub\n"],
    ["a key cut short", () => publicKey.slice(0, 40)],
    ["one good key and one bad", () => `${publicKey}ssh-ed25519 AAAA\n`],
  ])("refuses %s and leaves the list as it was", async (_, text) => {
    const before = await one.ask("cat", list);
    const { code, stdout, stderr } = await one.setKeys(text());
    expect({ code, stdout }).toStrictEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^kalisi-authorized-keys: 1 of \d lines are not public keys; .+\n$/);
    expect(await one.ask("cat", list)).toBe(before);
  });

  test("is for root alone", async () => {
    const { code, stderr } = await one.setKeys(publicKey, "kalisi");
    expect(code).toBe(1);
    expect(stderr).toBe("kalisi-authorized-keys: only root may change who can log in\n");
  });

  test("takes every key away when it is given none", async () => {
    expect(await one.setKeys("")).toMatchObject({ code: 0, stdout: "0\n" });
    expect(await one.ask("cat", list)).toBe("");
  });
});
