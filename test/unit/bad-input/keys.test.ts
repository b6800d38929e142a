import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { useFolder } from "../../support/files";
import { goodKey, toldBy, useProject, type Given } from "../../support/project";

const project = useProject();

const made = useFolder();
let weakKey: string;

beforeAll(() => {
  const weak = join(made, "weak");
  execFileSync("ssh-keygen", ["-q", "-N", "", "-t", "rsa", "-b", "2048", "-f", weak]);
  weakKey = readFileSync(`${weak}.pub`, "utf8");
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
