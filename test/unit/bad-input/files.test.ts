import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeCertificate } from "../../support/certificate";
import { goodEnv, goodKey, toldBy, useProject, type Given } from "../../support/project";

const project = useProject();

let made: string;
let weakKey: string;
let goodCa: string;

beforeAll(() => {
  made = mkdtempSync(join(tmpdir(), "kalisi-made-"));
  const weak = join(made, "weak");
  execFileSync("ssh-keygen", ["-q", "-N", "", "-t", "rsa", "-b", "2048", "-f", weak]);
  weakKey = readFileSync(`${weak}.pub`, "utf8");
  goodCa = makeCertificate(made, "ca");
});

afterAll(() => {
  rmSync(made, { recursive: true });
});

const notAKey = "expected an OpenSSH public key, or the path of a file of them";

interface Case extends Given {
  readonly told: readonly string[];
}

function keys(authorizedKeys: string, ...told: readonly string[]): Case {
  return { env: { AUTHORIZED_KEYS: authorizedKeys }, told };
}

function keysFile(content: string | Buffer | undefined, told: string): Case {
  const config = { ssh: { keysFrom: "my keys.pub" } };
  return { config, files: { "my keys.pub": content }, told: [told] };
}

const from = "kalisi:ssh.keysFrom";
const inFile = `${from} (ROOT/my keys.pub)`;

test.each<readonly [name: string, given: () => Case]>([
  ["a key that is a word", () => keys("nonsense", `AUTHORIZED_KEYS, line 1: ${notAKey}`)],
  [
    "a second key that is broken",
    () =>
      keys(`${goodKey}\nssh-ed25519 AAAA`, "AUTHORIZED_KEYS, line 2: the key's data is damaged"),
  ],
  [
    "a weak key",
    () =>
      keys(
        weakKey,
        "AUTHORIZED_KEYS, line 1: an RSA key of 2048 bits is too weak, expected 3072 or more",
      ),
  ],
  [
    "a key with a shell in its options",
    () =>
      keys(
        `$(id) ${goodKey}`,
        'AUTHORIZED_KEYS, line 1: sshd would ignore the key for its option "$(id)"',
      ),
  ],
  [
    "a private key",
    () =>
      keys(
        readFileSync(join(made, "weak"), "utf8"),
        "AUTHORIZED_KEYS: this is a private key, expected the public one",
      ),
  ],
  [
    "a path of no file, where keys are expected",
    () => keys("~/no.pub", "AUTHORIZED_KEYS: cannot be read: no such file or directory"),
  ],
  [
    "a key file that is not there",
    () => ({
      config: { ssh: { keysFrom: "$(touch pwned).pub" } },
      told: [`${from}: cannot be read: no such file or directory`],
    }),
  ],
  [
    "a key file that is a folder",
    () => keysFile(undefined, `${from}: cannot be read: it is a directory`),
  ],
  [
    "a key file that is a device",
    () => ({
      env: { KALISI_KEYS_FROM: "/dev/zero" },
      told: ["KALISI_KEYS_FROM: cannot be read: it is not a regular file"],
    }),
  ],
  ["an empty key file", () => keysFile("# none yet\n", `${from}: holds no key`)],
  [
    "a key file in UTF-16",
    () => keysFile(Buffer.from(goodKey, "utf16le"), `${from}: is not UTF-8 text`),
  ],
  [
    "a key file that is huge",
    () => keysFile("#".repeat(1024 * 1024 + 1), `${from}: is larger than 1 MiB`),
  ],
  [
    "a private key file",
    () =>
      keysFile(
        readFileSync(join(made, "weak"), "utf8"),
        `${inFile}: this is a private key, expected the public one`,
      ),
  ],
  [
    "a DSA key",
    () => keysFile("ssh-dss AAAA me", `${inFile}, line 1: OpenSSH no longer accepts DSA keys`),
  ],
])("%s is refused", (_, given) => {
  const { told, ...rest } = given();
  const error = project().refusal(rest);
  expect(toldBy(error, project())).toStrictEqual(told);
  expect(error.message).not.toContain("PRIVATE KEY");
});

const inEnv = "source/.env";

test.each<
  readonly [name: string, content: string | Buffer | undefined, ...told: readonly string[]]
>([
  ["a folder", undefined, "kalisi:envFile: cannot be read: it is a directory"],
  [
    "a line that is no setting",
    `${goodEnv}\ncanary`,
    `${inEnv}, line 12: expected NAME=value; it would be skipped silently`,
  ],
  ["a quote that is open", `A='canary\n${goodEnv}`, `${inEnv}, line 1: the quote is not closed`],
  [
    "a value cut short",
    `${goodEnv}\nA=canary#1`,
    `${inEnv}, line 12: programs read this value differently`,
  ],
  [
    "two answers to who gets in",
    `${goodEnv}\nMFA_REQUIRED=false`,
    `MFA_REQUIRED in ${inEnv}: is set with different values on lines 8 and 12, and decides who gets in or where data goes`,
  ],
  [
    "a byte order mark",
    `\uFEFF${goodEnv}`,
    `${inEnv}, line 1: begins with a byte order mark, which becomes part of the first name`,
  ],
  [
    "no password",
    goodEnv.replace(/^NEO4J_PASSWORD.*\n/m, ""),
    `NEO4J_PASSWORD in ${inEnv}: is missing`,
  ],
  [
    "a short password",
    goodEnv.replace("canary-long-enough", "canary"),
    `NEO4J_PASSWORD in ${inEnv}: is shorter than the 8 characters that Neo4j asks for`,
  ],
  [
    "True for true",
    goodEnv.replace("REQUIRED=true", "REQUIRED=True"),
    `MFA_REQUIRED in ${inEnv}: expected true or false, in small letters`,
  ],
  [
    "another port",
    goodEnv.replace("8443", "443"),
    `HTTPS_PORT in ${inEnv}: must be 8443, the container's port that is published; the one on this machine is kalisi:gateway.port`,
  ],
  ["UTF-16", Buffer.from(goodEnv, "utf16le"), "kalisi:envFile: is not UTF-8 text"],
])("a .env with or as %s is refused, and no value shown", (_, content, ...told) => {
  if (content === undefined) rmSync(join(project().root, "source", ".env"));
  const error = project().refusal({ files: { [inEnv]: content } });
  expect(toldBy(error, project())).toStrictEqual(told);
  expect(error.message).not.toContain("canary");
});

test("a name that a .env has twice is no reason to refuse it; which value counts is said where they differ", () => {
  const content = `${goodEnv}\nMFA_REQUIRED=true\nRUST_LOG=info\nRUST_LOG=canary`;
  project().load({ files: { [inEnv]: content } });
  expect(project().warn.mock.calls.map(([text]) => text)).toStrictEqual([
    `${inEnv}: RUST_LOG is set with different values on lines 13 and 14: line 14 is used`,
  ]);
});

describe("a settings file that the image's build would be given", () => {
  const ignoring = (...patterns: readonly string[]) => ({
    "docker/Dockerfile.dockerignore": ["**", "!source", ...patterns].join("\n"),
  });
  const setting = "kalisi:envFile";
  const problem = `${setting}: would become part of the image, and of whatever is published of it`;

  test.each(["source/settings.txt", "source/deploy/production"])("%s is refused", (path) => {
    const files = { ...ignoring("**/.env"), [path]: goodEnv };
    const error = project().refusal({ config: { envFile: path }, files });
    expect(toldBy(error, project())).toStrictEqual([problem]);
  });

  test("is refused behind a link as well", () => {
    project().write("source/settings.txt", goodEnv);
    symlinkSync(join(project().root, "source/settings.txt"), join(project().root, "settings"));
    const error = project().refusal({ config: { envFile: "settings" }, files: ignoring() });
    expect(toldBy(error, project())).toStrictEqual([problem]);
  });

  test.each(["source/.env", "source/production", "elsewhere"])("unless it is not: %s", (path) => {
    const files = { ...ignoring("**/.env", "**/production"), [path]: goodEnv };
    expect(project().load({ config: { envFile: path }, files }).envFile.path).toBe(
      join(project().root, path),
    );
  });
});

test("a .env that is not there is refused, with the command that makes it", () => {
  rmSync(join(project().root, "source", ".env"));
  expect(project().refusal({}).problems).toMatchObject([
    {
      setting: "kalisi:envFile",
      problem: "cannot be read: no such file or directory",
      fix: "make it with: npm run env",
    },
  ]);
});

test.each<readonly [name: string, content: string, told: RegExp]>([
  ["a line that is no setting", "nonsense", /neo4j\.conf, line 1/],
  ["a directory off the volume", "server.directories.data=/tmp", /neo4j\.conf, line 1/],
  ["a key twice", "server.a=1\nserver.a=2", /neo4j\.conf, line 2/],
])("a neo4j.conf with %s is refused", (_, content, told) => {
  const files = { "config/neo4j/neo4j.conf": content };
  expect(toldBy(project().refusal({ files }), project())).toContainEqual(
    expect.stringMatching(told),
  );
});

test.each<readonly [name: string, content: () => string, told: string]>([
  ["nothing in it", () => "", "holds no certificate"],
  ["a certificate cut off", () => goodCa.slice(0, 200), "holds no certificate"],
  ["a second one cut off", () => goodCa + goodCa.slice(0, 200), "is cut off in a certificate"],
  [
    "a damaged certificate",
    () => goodCa.replace(/\n\w{20}/, "\nAAAAAAAAAAAAAAAAAAAA"),
    "certificate 1: cannot be read",
  ],
  [
    "a private key",
    () => goodCa + readFileSync(join(made, "ca.key"), "utf8"),
    "holds a private key, which must not get near an image",
  ],
])("a CA file with %s is refused", (_, content, told) => {
  const error = project().refusal({
    config: { image: { caCertificates: "ca.pem" } },
    files: { "ca.pem": content() },
  });
  expect(toldBy(error, project())).toStrictEqual([`kalisi:image.caCertificates: ${told}`]);
  expect(error.message).not.toContain("PRIVATE KEY");
});

test.each(["a:b/.env", "a\nb/.env"])(
  "a settings file whose path Docker cannot mount, %j, is refused",
  (path) => {
    const error = project().refusal({ config: { envFile: path }, files: { [path]: goodEnv } });
    expect(toldBy(error, project())).toStrictEqual([
      "kalisi:envFile: cannot be mounted by Docker: its path holds a colon or a control character",
    ]);
  },
);

test("a damaged machine profile is told with the rest", () => {
  const error = project().refusal({
    config: { sudo: "no" },
    files: { ".kalisi/machine.json": "{" },
  });
  expect(error.problems.map(({ setting }) => setting)).toStrictEqual([
    ".kalisi/machine.json",
    "kalisi:sudo",
  ]);
});
