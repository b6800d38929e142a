import { readFileSync } from "node:fs";
import { join } from "node:path";
import { TestContainer } from "../support/image/container";
import { root } from "../support/image/declared";

jest.setTimeout(300_000);

const planted = "/workspace/planted.log";
const certs = "/workspace/runtime/certs";
const hostKey = "/home/kalisi/.ssh-host-keys/ssh_host_ed25519_key";

/** Says who ran it, and becomes what it is called like. */
const stub = [
  "#!/bin/sh",
  `echo "$(/usr/bin/id -u) \${0##*/}" >> ${planted}`,
  "PATH=/opt/rust/cargo/bin:/opt/node/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin",
  'exec "${0##*/}" "$@"',
  "",
].join("\n");

let kalisi: TestContainer;
/** What kalisi can write to. */
let folders: readonly string[];

beforeAll(async () => {
  kalisi = await TestContainer.start();
  await kalisi.untilHealthy();
  await kalisi.sh(`install -m 0666 /dev/null ${planted}`);
  const program = readFileSync(join(root, "test/support/image/plant.py"), "utf8");
  const { code, stdout, stderr } = await kalisi.runAs(
    ...["kalisi", "python3", "-c", program, planted, stub],
  );
  if (code !== 0) throw new Error(stderr);
  folders = stdout.trim().split("\n");
  // And what a power cut or a mistake may leave of the files that a start reads.
  await kalisi.sh(`cd /workspace/.kalisi
    : > template.state
    mkdir -p built
    echo '[1' > built/rust
    echo '{"files": 3}' > built/frontend
    openssl req -x509 -key ${certs}/privkey.pem -days 300 -subj /CN=localhost -out ${certs}/fullchain.pem
    sha256sum < ${certs}/fullchain.pem > certificate
    echo '# mine' >> /workspace/start.sh`);
  await kalisi.ask("sh", "-c", `: > ${hostKey}`);
  await kalisi.stop();
  await kalisi.startAgain();
  await kalisi.untilHealthy();
});

afterAll(() => kalisi.remove());

describe("a start after small damages", () => {
  test("tells each, and counts what it knows nothing of as the user's", async () => {
    await kalisi.untilLogged(/^prepare: \/workspace\/\.kalisi\/template\.state is damaged/m);
    await kalisi.untilLogged(new RegExp(`^prepare: ${hostKey} is damaged`, "m"));
    expect(await kalisi.sh("tail -n 1 /workspace/start.sh")).toBe("# mine");
    expect(await kalisi.sh("cat /workspace/.kalisi/conflicts")).toMatch(/^start\.sh$/m);
    expect(await kalisi.sh("jq -r .open /workspace/.kalisi/template.state")).toBe("1");
  });

  test("replaces our own certificate that could vouch for other sites", async () => {
    const shown = await kalisi.sh(
      `openssl x509 -in ${certs}/fullchain.pem -noout -ext basicConstraints,keyUsage,extendedKeyUsage`,
    );
    expect(shown).toMatch(/Basic Constraints: critical\s+CA:FALSE/);
    expect(shown).toMatch(/Key Usage: critical\s+Digital Signature\s/);
    expect(shown).toContain("TLS Web Server Authentication");
    expect(shown).not.toContain("CA:TRUE");
    await kalisi.untilLogged(/^start\.sh: self-signed certificate renewed .*other sites$/m);
  });

  test("makes a new pair for what is left of ours, and keeps that aside", async () => {
    await kalisi.sh(`: > ${certs}/privkey.pem`);
    const { code, stderr } = await kalisi.startScript("--daemon");
    expect(stderr).toMatch(/^start\.sh: our pair in .* was damaged: set aside/);
    expect(code).toBe(0);
    await kalisi.sh(
      `openssl pkey -in ${certs}/privkey.pem -noout; test -f ${certs}/fullchain.pem.damaged`,
    );
  });
});

describe("root", () => {
  const inside = readFileSync(join(root, "cli/status/inside.sh"), "utf8");

  test("runs nothing that kalisi has put there: at a start, a check, a login, a stop", async () => {
    await kalisi.ask("kalisi-health");
    await kalisi.ask("bash", "-c", inside);
    await kalisi.ask("bash", "-lc", "s6-svstat /run/service/redis; ls; id");
    await kalisi.ask("sh", "-lc", "s6-svstat /run/service/redis; ls; id");
    await kalisi.ask("as-kalisi", "ls");
    await kalisi.ask("neo4j-admin", "--version");
    await kalisi.setKeys("");
    await kalisi.ask("s6-svc", "-wR", "-T", "20000", "-r", "/run/service/neo4j-ui");
    await kalisi.stop();
    await kalisi.startAgain();
    await kalisi.untilHealthy();
    const ran = (await kalisi.sh(`sort -u ${planted}`)).split("\n");
    expect(ran).toContain("1000 ls");
    expect(ran.filter((line) => !line.startsWith("1000 "))).toStrictEqual([]);
    const answers = await kalisi.ask(
      "find",
      ...folders,
      ...["-maxdepth", "1", "-name", ".read-by-*"],
      ...["-user", "root"],
    );
    expect(answers).toBe("");
  });

  test("has been kept from running what is in any folder that kalisi can write to", () => {
    expect(folders).toStrictEqual(
      expect.arrayContaining(["/workspace", "/home/kalisi", "/tmp", "/dev/shm"]),
    );
    expect(folders.length).toBeGreaterThan(20);
  });

  test("has no folder on its path that kalisi can write to", async () => {
    const paths = await kalisi.ask(
      "bash",
      "-c",
      `cat /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n' | sed -n 's/^PATH=//p'; bash -lc 'echo $PATH'; sh -lc 'echo $PATH'`,
    );
    const onPath = [...new Set(paths.split(/[\n:]/))].filter(Boolean);
    expect(onPath).toContain("/usr/bin");
    for (const folder of onPath) {
      const { code } = await kalisi.runAs("kalisi", "test", "-w", folder);
      expect([folder, code]).toStrictEqual([folder, 1]);
    }
  });
});
