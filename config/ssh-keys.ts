import { createHash } from "node:crypto";
import { parseKey } from "sshpk";
import type { Problem } from "./errors";

/** A public key that may log in. */
export interface AuthorizedKey {
  /** The line as it goes into authorized_keys, options and comment included. */
  readonly line: string;
  /** `SHA256:...`, as `ssh-keygen -l` prints it. */
  readonly fingerprint: string;
}

/** NIST and OpenSSH's own `RequiredRSASize` guidance for new systems. */
const minimumRsaBits = 3072;

// Options may stand before the key's type: `restrict,port-forwarding ssh-ed25519 AAAA... comment`.
// https://man.openbsd.org/sshd.8#AUTHORIZED_KEYS_FILE_FORMAT
const keyPattern =
  /(?:^|\s)(ssh-(?:ed25519|rsa|dss)|ecdsa-sha2-nistp\d+|sk-[a-z0-9-]+@openssh\.com)\s+([A-Za-z0-9+/]{8,}={0,3})(?:\s|$)/;

/**
 * Reads authorized_keys text: one key a line, comments and blank lines skipped, duplicates dropped.
 *
 * @param content the text
 * @param setting what to call its origin in a problem, such as `kalisi:ssh.keysFrom`
 */
export function parseAuthorizedKeys(
  content: string,
  setting: string,
): { readonly keys: readonly AuthorizedKey[]; readonly problems: readonly Problem[] } {
  const keys = new Map<string, AuthorizedKey>();
  const problems: Problem[] = [];
  content.split(/\r?\n/).forEach((raw, index) => {
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) {
      return;
    }
    const key = parseLine(line);
    if (typeof key === "string") {
      problems.push({
        setting: `${setting}, line ${index + 1}`,
        value: line.length > 60 ? `${line.slice(0, 60)}...` : line,
        problem: key,
        fix: "give the whole content of a .pub file, one key a line; make one with: ssh-keygen -t ed25519",
      });
    } else if (!keys.has(key.fingerprint)) {
      keys.set(key.fingerprint, key);
    }
  });
  return { keys: [...keys.values()], problems };
}

function parseLine(line: string): AuthorizedKey | string {
  const match = keyPattern.exec(line);
  const [, type, data] = match ?? [];
  if (type === undefined || data === undefined) {
    return line.includes("PRIVATE KEY")
      ? "this is a private key, expected the public one (.pub)"
      : "expected an OpenSSH public key";
  }
  const blob = Buffer.from(data, "base64");
  const weakness = isHardwareKey(type) ? checkTypePrefix(type, blob) : checkKey(`${type} ${data}`);
  if (weakness !== undefined) {
    return weakness;
  }
  const hash = createHash("sha256").update(blob).digest("base64").replace(/=+$/, "");
  return { line, fingerprint: `SHA256:${hash}` };
}

function checkKey(key: string): string | undefined {
  try {
    const { type, size } = parseKey(key, "ssh");
    if (type === "rsa" && size < minimumRsaBits) {
      return `an RSA key of ${size} bits is too weak, expected ${minimumRsaBits} or more`;
    }
    return type === "dsa" ? "OpenSSH no longer accepts DSA keys" : undefined;
  } catch {
    return "the key's data is damaged";
  }
}

function isHardwareKey(type: string): boolean {
  return type.startsWith("sk-");
}

// sshpk does not know FIDO keys; their data begins with the type's own name, as every key's does.
function checkTypePrefix(type: string, blob: Buffer): string | undefined {
  return blob.subarray(4, 4 + blob.readUInt32BE(0)).toString() === type
    ? undefined
    : "the key's data is damaged";
}
