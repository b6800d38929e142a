import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { looksLikeKeys, parseAuthorizedKeys } from "../../config/files/ssh-keys";

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

test("a weak RSA key, a damaged key and what is none are refused by line", () => {
  const weak = makeKey("weak", "-t", "rsa", "-b", "2048").line;
  const damaged = makeKey("damaged", "-t", "ed25519").line.replace(/AAAA\S{20}/, "AAAAAAAA");
  const text = [weak, "", damaged, "~/.ssh/id.pub"].join("\n");
  const { keys, problems } = parseAuthorizedKeys(text, "kalisi:ssh.keysFrom");
  expect(keys).toStrictEqual([]);
  expect(problems.map(({ setting, problem }) => `${setting}: ${problem}`)).toStrictEqual([
    "kalisi:ssh.keysFrom, line 1: an RSA key of 2048 bits is too weak, expected 3072 or more",
    "kalisi:ssh.keysFrom, line 3: the key's data is damaged",
    "kalisi:ssh.keysFrom, line 4: expected an OpenSSH public key, or the path of a file of them",
  ]);
});

const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ1Oz/YP1oTLg1rZ8rLh7lU5vjdZzvH4yFIX9o6GmJ5Z";

test.each([
  ["a private key", "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk\n", /private key/],
  ["a PuTTY key", "PuTTY-User-Key-File-3: ssh-ed25519\nPrivate-Lines: 1\n", /private key/],
  ["an RFC 4716 key", "---- BEGIN SSH2 PUBLIC KEY ----\nAAAAC3Nz\n", /RFC 4716/],
])("%s is refused once, and no line of it is shown", (_, text, problem) => {
  const { keys, problems } = parseAuthorizedKeys(text, "keys");
  expect(keys).toStrictEqual([]);
  expect(problems).toMatchObject([{ setting: "keys" }]);
  expect(problems[0]?.problem).toMatch(problem);
  expect(problems[0]).not.toHaveProperty("value");
});

test.each([
  ["a certificate", "ssh-ed25519-cert-v01@openssh.com AAAAIHNz c", /a certificate/],
  ["a DSA key", "ssh-dss AAAAB3NzaC1kc3M= c", /no longer accepts DSA/],
  ["a key of another type than it says", key.replace("ed25519", "rsa"), /damaged/],
  ["a key cut off", key.slice(0, -4), /damaged/],
  ["a key with a line break in it", `${key.slice(0, 30)} ${key.slice(30)}`, /damaged/],
  ["a type of the future", "ssh-mldsa44 AAAA c", /type ssh-mldsa44 are not known/],
  ["an unknown option", `restrikt ${key}`, /its option "restrikt"/],
  ["an option without its value", `from ${key}`, /its option "from"/],
  ["an option not quoted", `command=ls ${key}`, /its option "command=ls"/],
  ["a comma too many", `restrict,,pty ${key}`, /its option ""/],
  ["no date", `expiry-time="tomorrow" ${key}`, /would ignore the key/],
  ["an end that is past", `expiry-time="202001010000Z" ${key}`, /has expired/],
  ["its own machine alone", `from="127.0.0.0/8,localhost" ${key}`, /can let nobody in/],
  ["a quote not closed", `command="ls ${key}`, /expected an OpenSSH public key/],
  ["a bell", `${key} \u0007`, /control characters/],
  [
    "a short FIDO key",
    "sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29t",
    /damaged/,
  ],
])("%s is refused", (_, line, problem) => {
  const { keys, problems } = parseAuthorizedKeys(line, "keys");
  expect(keys).toStrictEqual([]);
  expect(problems).toMatchObject([{ setting: "keys, line 1" }]);
  expect(problems[0]?.problem).toMatch(problem);
});

test.each([
  'command="echo \\"a, b\\" # c",no-pty,X11-forwarding',
  'from="10.0.0.0/8,!10.1.0.0/16",restrict',
  'environment="NAME=a b",permitopen="localhost:80",permitopen="localhost:443"',
  'cert-authority,principals="me,you"',
  'command="ssh-rsa AAAAB3NzaC1yc2E= decoy"',
])("the options %s stay as they are", (options) => {
  const line = `${options} ${key} a comment`;
  expect(parseAuthorizedKeys(line, "keys")).toMatchObject({ keys: [{ line }], problems: [] });
});

test("of a key that is there twice the first line stays, as sshd takes the first", () => {
  const text = `restrict ${key}\n${key}`;
  expect(parseAuthorizedKeys(text, "keys").keys.map(({ line }) => line)).toStrictEqual([
    `restrict ${key}`,
  ]);
});

test.each([
  [key, true],
  [`restrict ${key}`, true],
  ["# mine\nnonsense", true],
  ["ssh-ed25519 nonsense", true],
  ["~/.ssh/id_ed25519.pub", false],
  ["/home/me/my keys/ssh-rsa.pub", false],
])("whether %j holds keys: %s", (text, expected) => {
  expect(looksLikeKeys(text)).toBe(expected);
});
