import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { tryRows, type Place, type Row } from "../support/wild";

// What people give for a public key. sshd skips a line of authorized_keys that it cannot use without a word:
// https://man.openbsd.org/sshd.8#AUTHORIZED_KEYS_FILE_FORMAT

const data = "AAAAC3NzaC1lZDI1NTE5AAAAIJ1Oz/YP1oTLg1rZ8rLh7lU5vjdZzvH4yFIX9o6GmJ5Z";
const key = `ssh-ed25519 ${data} me`;
const preview = "preview --stack wild";

const keyFile = ({ home }: Place) => join(home, "keys", "given");

/** Content in the file that KALISI_KEYS_FROM names; undefined makes a folder. */
const having = (content: string | Buffer | undefined) => (place: Place) => {
  if (content === undefined) mkdirSync(keyFile(place));
  else writeFileSync(keyFile(place), content);
  return () => {
    rmSync(keyFile(place), { recursive: true });
  };
};

const usual = "fix: give the whole content of a .pub file";
const option = "fix: correct that option, or remove the line";

const refused = (
  given: string,
  content: string | Buffer | undefined,
  says: string,
  last: string,
): Row => ({
  given,
  put: having(content),
  typed: preview,
  env: { KALISI_KEYS_FROM: "~/keys/given" },
  says,
  last,
});

const madeBy = (...args: readonly string[]) => {
  const folder = execFileSync("mktemp", ["-d"], { encoding: "utf8" }).trim();
  const path = join(folder, "key");
  execFileSync("ssh-keygen", ["-q", "-N", "", "-f", path, ...args]);
  const [secret, open] = [readFileSync(path, "utf8"), readFileSync(`${path}.pub`, "utf8")];
  rmSync(folder, { recursive: true });
  return { secret, open };
};

const rsa = madeBy("-t", "rsa", "-b", "2048");

tryRows(
  [
    {
      ...refused("a private key", rsa.secret, "this is a private key", "that ends in .pub"),
      hides: rsa.secret.split("\n")[3] ?? "",
    },
    refused("a folder", undefined, "it is a directory", "fix: name a readable file"),
    refused("nothing", "", "holds no key", "to let nobody in"),
    refused("UTF-16", Buffer.from(key, "utf16le"), "is not UTF-8 text", "fix: save it as UTF-8"),
    refused("latin1", Buffer.from(`${key}\xfc`, "latin1"), "is not UTF-8", "save it as UTF-8"),
    refused("RSA of 2048 bits", rsa.open, "is too weak", usual),
    refused("lines folded by a mailer", key.replace(/.{30}/g, "$&\n"), "line 2", usual),
    refused("a certificate", `ssh-ed25519-cert-v01@openssh.com ${data}`, "certificate", usual),
    refused("expired", `expiry-time="20200101" ${key}`, "has expired", option),
    refused("from this machine alone", `from="127.0.0.1,::1" ${key}`, "let nobody in", option),
    {
      given: "a path that is not there",
      typed: preview,
      env: { KALISI_KEYS_FROM: "/nonexistent/id.pub" },
      says: 'KALISI_KEYS_FROM = "/nonexistent/id.pub": cannot be read',
      last: "fix: name a readable file of public keys",
    },
    {
      given: "an option's path that is not there",
      typed: "start --stack wild --keys-from none.pub",
      says: "--keys-from = ",
      last: "fix: name a readable file of public keys",
    },
    {
      given: "text that is no key",
      typed: "start --stack wild --authorized-keys nonsense",
      says: "--authorized-keys, line 1",
      last: usual,
    },
  ],
  async ({ clone }, env) => {
    // Its settings, and the stack.
    await clone.sh("node cli/bootstrap.cjs env", env);
    await clone.sh("node cli/bootstrap.cjs pulumi stack init --no-select wild", env);
  },
);
