import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseAuthorizedKeys } from "../../config/ssh-keys";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "kalisi-keys-"));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A real key made by ssh-keygen, and the fingerprint that it prints. */
function makeKey(name: string, ...args: readonly string[]) {
  const path = join(folder, name);
  execFileSync("ssh-keygen", ["-q", "-N", "", "-C", "a comment", "-f", path, ...args]);
  const listed = execFileSync("ssh-keygen", ["-lf", `${path}.pub`], { encoding: "utf8" });
  return {
    line: readFileSync(`${path}.pub`, "utf8").trim(),
    fingerprint: listed.split(" ")[1],
  };
}

test.each([
  ["ed25519", ["-t", "ed25519"]],
  ["rsa", ["-t", "rsa", "-b", "3072"]],
  ["ecdsa", ["-t", "ecdsa", "-b", "384"]],
])("a %s key is taken as it is, with ssh-keygen's fingerprint", (name, args) => {
  const key = makeKey(name, ...args);
  expect(parseAuthorizedKeys(`${key.line}\n`, "keys")).toStrictEqual({ keys: [key], problems: [] });
});

test("options stay, comments and blank lines go, duplicates count once", () => {
  const first = makeKey("first", "-t", "ed25519");
  const second = makeKey("second", "-t", "ed25519");
  const restricted = `restrict,port-forwarding,command="echo hi there" ${second.line}`;
  const text = `# mine\n\n${first.line}\r\n${restricted}\n${first.line}\n`;
  expect(parseAuthorizedKeys(text, "keys")).toStrictEqual({
    keys: [first, { line: restricted, fingerprint: second.fingerprint }],
    problems: [],
  });
});

test("a hardware key is taken", () => {
  const line =
    "sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAIFgkeQC9hWhYwpvV8hAxWdDFF5f6AG5s3gkKYmwSWsKwAAAABHNzaDo= token";
  expect(parseAuthorizedKeys(line, "keys").keys.map((key) => key.line)).toStrictEqual([line]);
});

test("no text is no key, and no problem", () => {
  expect(parseAuthorizedKeys("", "keys")).toStrictEqual({ keys: [], problems: [] });
});

test("a weak RSA key, a private key, a damaged key and a path are refused by line", () => {
  const weak = makeKey("weak", "-t", "rsa", "-b", "2048").line;
  const damaged = makeKey("damaged", "-t", "ed25519").line.replace(/AAAA\S{20}/, "AAAAAAAA");
  const text = [weak, "-----BEGIN OPENSSH PRIVATE KEY-----", damaged, "~/.ssh/id.pub"].join("\n");
  const { keys, problems } = parseAuthorizedKeys(text, "kalisi:ssh.keysFrom");
  expect(keys).toStrictEqual([]);
  expect(problems.map(({ setting, problem }) => `${setting}: ${problem}`)).toStrictEqual([
    "kalisi:ssh.keysFrom, line 1: an RSA key of 2048 bits is too weak, expected 3072 or more",
    "kalisi:ssh.keysFrom, line 2: this is a private key, expected the public one (.pub)",
    "kalisi:ssh.keysFrom, line 3: the key's data is damaged",
    "kalisi:ssh.keysFrom, line 4: expected an OpenSSH public key",
  ]);
});
