import { eventually } from "../support/eventually";
import { TestContainer } from "../support/image/container";
import { exampleSettings } from "../support/image/declared";
import { story } from "../support/story";

jest.setTimeout(300_000);

const step = story(300_000);

const file = "/workspace/runtime/.env";

let kalisi: TestContainer;

beforeAll(async () => {
  kalisi = await TestContainer.start({ autoStart: false, settings: { bound: "nothing" } });
  await kalisi.untilPrepared();
});

afterAll(() => kalisi.remove());

/** Puts a text where the bound file would be, as kalisi. */
const write = (text: string) =>
  kalisi.runAs("kalisi", "sh", "-c", `printf %s "$1" > ${file}`, "-", text);

/** start.sh fails with one line on stderr, and the container runs on. */
async function expectRefusal(line: RegExp): Promise<void> {
  const { code, stderr } = await kalisi.startScript("--daemon");
  expect(code).toBe(1);
  expect(stderr.trimEnd().split("\n")).toStrictEqual([expect.stringMatching(line)]);
  expect((await kalisi.inspect()).State.Running).toBe(true);
}

describe("start.sh's options", () => {
  step("--help names them all", async () => {
    const { code, stdout } = await kalisi.startScript("--help");
    expect(code).toBe(0);
    for (const option of ["--foreground", "--daemon", "--build", "--status", "--stop", "--help"]) {
      expect(stdout).toContain(option);
    }
  });

  step("an unknown one is an error, and nothing is started", async () => {
    const { code, stderr } = await kalisi.startScript("--deamon");
    expect(code).toBe(2);
    expect(stderr).toMatch(/^start\.sh: unknown option '--deamon'\nUsage: /);
    expect(await kalisi.ask("s6-svstat", "-o", "wantedup", "/run/service/redis")).toBe("false");
  });
});

describe("runtime/.env", () => {
  step("that is missing stops the start", async () => {
    await expectRefusal(/^start\.sh: \/workspace\/runtime\/\.env is missing/);
  });

  step("that is empty stops the start", async () => {
    await write("");
    await expectRefusal(/^start\.sh: \/workspace\/runtime\/\.env is empty/);
  });

  step("that is a folder stops the start", async () => {
    await kalisi.ask("sh", "-c", `rm ${file} && mkdir ${file}`);
    await expectRefusal(/^start\.sh: \/workspace\/runtime\/\.env is not a regular file/);
    await kalisi.ask("rmdir", file);
  });
});

describe("runtime/certs", () => {
  const certs = "/workspace/runtime/certs";
  const openssl = (line: string) =>
    kalisi.runAs("kalisi", "sh", "-c", `cd ${certs} && openssl ${line}`);

  step("with a key alone stops the start", async () => {
    // A start goes as far as to the certificates, and there stops at what each step puts there.
    await write(exampleSettings());
    await openssl("genpkey -algorithm ed25519 -out privkey.pem");
    await expectRefusal(/^start\.sh: .*certs holds only one of fullchain\.pem and privkey\.pem/);
  });

  step("with a certificate that is none stops the start", async () => {
    await kalisi.runAs("kalisi", "sh", "-c", `echo nonsense > ${certs}/fullchain.pem`);
    await expectRefusal(/^start\.sh: .*fullchain\.pem is not a certificate: replace it/);
  });

  step("with somebody else's key stops the start", async () => {
    await openssl(
      "req -x509 -newkey ed25519 -nodes -subj /CN=me -keyout /dev/null -out fullchain.pem",
    );
    await expectRefusal(/^start\.sh: .*privkey\.pem is not the key of fullchain\.pem/);
    await kalisi.ask("sh", "-c", `rm -f ${certs}/*`);
  });
});

describe("with settings that the services cannot use", () => {
  const refusal = async () => {
    const { code, stderr } = await kalisi.startScript("--daemon");
    expect(code).toBe(1);
    return stderr;
  };

  step("start.sh names the variable that is missing, and whom it is missing for", async () => {
    await write(exampleSettings().replace(/^JWT_SECRET=.*$/m, ""));
    expect(await refusal()).toBe(
      `start.sh: kalisi-gateway: ${file}: JWT_SECRET missing or empty\nstart.sh: not all services are ready\n`,
    );
    await kalisi.untilReported(/^kalisi-gateway: down: .*JWT_SECRET missing or empty/m);
    await kalisi.untilLogged(/^kalisi-gateway: launch: .*JWT_SECRET missing or empty$/m);
  });

  step("start.sh names the line that is none, and does not show it", async () => {
    await write(`${exampleSettings()}\nhunter2, my password\n`);
    const said = await refusal();
    expect(said).toMatch(/^start\.sh: kalisi-gateway: .*\.env, line \d+: expected NAME=value/m);
    const { stdout, stderr } = await kalisi.log();
    expect(said + stdout + stderr).not.toContain("hunter2");
  });
});

describe("with good settings", () => {
  step("start.sh brings everything up, and returns", async () => {
    await write(exampleSettings());
    expect(await kalisi.startScript("--daemon")).toMatchObject({ code: 0, stderr: "" });
    expect(await kalisi.run("kalisi-health")).toMatchObject({ code: 0, stdout: "" });
  });

  const certs = "/workspace/runtime/certs";
  const serial = () => kalisi.ask("openssl", "x509", "-in", `${certs}/fullchain.pem`, "-serial");
  const served = () =>
    kalisi.ask(
      "sh",
      "-c",
      "openssl s_client -connect 127.0.0.1:8443 </dev/null 2>/dev/null | openssl x509 -serial",
    );
  /** Puts one there that runs out in ten days, as though start.sh had made it. */
  async function makeOld(): Promise<string> {
    await kalisi.sh(
      `cd ${certs} && openssl req -x509 -key privkey.pem -days 10 -subj /CN=localhost -out fullchain.pem &&
        sha256sum < fullchain.pem > /workspace/.kalisi/certificate`,
    );
    return serial();
  }

  step("a certificate of our own is renewed before it runs out", async () => {
    const before = await makeOld();
    expect(await kalisi.startScript("--daemon")).toMatchObject({ code: 0, stderr: "" });
    const after = await serial();
    expect(after).not.toBe(before);
    // The gateway has it, too.
    expect(await served()).toBe(after);
    const names = await kalisi.ask(
      ...["openssl", "x509", "-in", `${certs}/fullchain.pem`, "-noout", "-ext", "subjectAltName"],
    );
    expect(names).toContain("DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1");
  });

  step("so it is while the container stays up and nobody starts anything", async () => {
    const before = await makeOld();
    // What the service waits for all day.
    await kalisi.ask("s6-svc", "-a", "/run/service/certificate");
    await kalisi.untilLogged(/^certificate: self-signed certificate renewed in /m);
    await kalisi.untilLogged(/^certificate: kalisi-gateway was started with it$/m);
    const after = await serial();
    expect(after).not.toBe(before);
    expect(await served()).toBe(after);
    // As docs/operations.md has it.
    await kalisi.ask(
      "curl",
      "-sSf",
      "--cacert",
      `${certs}/fullchain.pem`,
      "https://localhost:8443",
    );
  });

  step("a certificate of the user's is kept, with a warning when it runs out", async () => {
    await kalisi.runAs(
      "kalisi",
      "sh",
      "-c",
      `cd ${certs} && openssl req -x509 -key privkey.pem -days 10 -subj /CN=mine -out fullchain.pem`,
    );
    const { code, stderr } = await kalisi.startScript("--daemon");
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^start\.sh: .*runs out on .*; it is your own, so it is left as it is\n$/,
    );
    const subject = ["openssl", "x509", "-in", `${certs}/fullchain.pem`, "-noout", "-subject"];
    expect(await kalisi.ask(...subject)).toMatch(/mine/);
  });

  step("a certificate that is broken later leaves what runs as it is", async () => {
    const fullchain = "/workspace/runtime/certs/fullchain.pem";
    const gateway = () => kalisi.ask("s6-svstat", "-o", "pid", "/run/service/kalisi-gateway");
    const before = await gateway();
    await kalisi.runAs("kalisi", "sh", "-c", `mv ${fullchain} /tmp && echo broken > ${fullchain}`);
    await expectRefusal(/^start\.sh: .*fullchain\.pem is not a certificate: replace it/);
    expect(await gateway()).toBe(before);
    await kalisi.runAs("kalisi", "mv", "/tmp/fullchain.pem", fullchain);
    expect(await kalisi.run("kalisi-health")).toMatchObject({ code: 0, stdout: "" });
  });

  step("stop.sh takes the services down; sshd and the container stay", async () => {
    expect(await kalisi.runAs("kalisi", "/workspace/stop.sh")).toMatchObject({ code: 0 });
    for (const service of ["redis", "neo4j", "kalisi-gateway"]) {
      expect(await kalisi.ask("s6-svstat", "-o", "up", `/run/service/${service}`)).toBe("false");
    }
    expect(await kalisi.ask("s6-svstat", "-o", "up", "/run/service/sshd")).toBe("true");
    // What is meant to be down is not ill.
    await eventually(5, async () => {
      const { code, stdout } = await kalisi.run("kalisi-health");
      return code === 0 ? undefined : stdout;
    });
  });

  step(
    "neo4j-admin, with the server's settings, dumps the graph of a server that is down",
    async () => {
      const folder = "/data/neo4j/dumps";
      await kalisi.ask("neo4j-admin", "database", "dump", "neo4j", `--to-path=${folder}`);
      expect(await kalisi.ask("stat", "-c", "%U", `${folder}/neo4j.dump`)).toBe("neo4j");
      const { code, stderr } = await kalisi.runAs("kalisi", "neo4j-admin", "--version");
      expect(code).toBe(1);
      expect(stderr).toMatch(/^neo4j-admin: only root may run it/);
    },
  );
});
