import { createHash } from "node:crypto";
import { parseKey } from "sshpk";
import type { Problem } from "../errors";
import { checkOptions, splitOptions } from "./ssh-key-options";

/** A public key that may log in. */
export interface AuthorizedKey {
  /** The line as it goes into authorized_keys, options and comment included. */
  readonly line: string;
  /** `SHA256:...`, as `ssh-keygen -l` prints it. */
  readonly fingerprint: string;
}

/** NIST and OpenSSH's own `RequiredRSASize` guidance for new systems. */
const minimumRsaBits = 3072;

const anyType = /^(?:ssh-|ecdsa-|sk-)[a-z0-9@.-]+$/;
const knownTypes =
  /^(?:ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(?:256|384|521)|sk-(?:ssh-ed25519|ecdsa-sha2-nistp256)@openssh\.com)$/;

const usualFix =
  "give the whole content of a .pub file, one key a line; make one with: ssh-keygen -t ed25519";

const optionFix = "correct that option, or remove the line";

/** Whether a text holds keys, and so is not the path of a file that does. */
export function looksLikeKeys(text: string): boolean {
  return /\n|-----BEGIN|(?:^|\s)(?:ssh-(?:rsa|dss|ed25519)|ecdsa-sha2|sk-(?:ssh|ecdsa))[a-z0-9@.-]*\s/.test(
    text.trim(),
  );
}

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
  const foreign = checkFormat(content);
  if (foreign !== undefined) {
    // Not a line of it is shown: it may be a secret.
    return { keys: [], problems: [{ setting, ...foreign }] };
  }
  const keys = new Map<string, AuthorizedKey>();
  const problems: Problem[] = [];
  content.split(/\r?\n/).forEach((raw, index) => {
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) {
      return;
    }
    const key = parseLine(line);
    if ("problem" in key) {
      problems.push({
        setting: `${setting}, line ${index + 1}`,
        value: line.length > 24 ? `${line.slice(0, 24)}...` : line,
        ...key,
        fix: key.problem.includes("let nobody in") ? optionFix : usualFix,
      });
    } else if (!keys.has(key.fingerprint)) {
      keys.set(key.fingerprint, key);
    }
  });
  return { keys: [...keys.values()], problems };
}

function checkFormat(content: string): Pick<Problem, "code" | "problem" | "fix"> | undefined {
  if (/PRIVATE KEY-----|^PuTTY-User-Key-File-/m.test(content)) {
    return {
      code: "KALISI-KEY-PRIVATE",
      problem: "this is a private key, expected the public one",
      fix: "name the file of the same name that ends in .pub",
    };
  }
  if (content.includes("---- BEGIN SSH2 PUBLIC KEY ----")) {
    return {
      code: "KALISI-KEY-FORMAT",
      problem: "this is a key in the form of RFC 4716, expected OpenSSH's",
      fix: "convert it: ssh-keygen -i -f FILE > FILE.pub",
    };
  }
  return undefined;
}

type Wrong = Pick<Problem, "code" | "problem">;

/** A key, or what is wrong with its line. */
function parseLine(line: string): AuthorizedKey | Wrong {
  if (/\p{Cc}/u.test(line.replaceAll("\t", " "))) {
    return wrongLine("holds control characters");
  }
  const { options, rest } = anyType.test(line.split(/\s/, 1)[0] ?? "")
    ? { options: "", rest: line }
    : splitOptions(line);
  const [type = "", data = ""] = rest.split(/\s+/);
  if (!anyType.test(type)) {
    return wrongLine("expected an OpenSSH public key, or the path of a file of them");
  }
  const option = checkOptions(options);
  const wrong =
    option === undefined ? (checkType(type) ?? checkData(type, data)) : wrongLine(option);
  if (wrong !== undefined) {
    return wrong;
  }
  const hash = createHash("sha256").update(Buffer.from(data, "base64")).digest("base64");
  return { line, fingerprint: `SHA256:${hash.replace(/=+$/, "")}` };
}

function wrongLine(problem: string): Wrong {
  return { code: "KALISI-KEY-LINE", problem };
}

function checkType(type: string): Wrong | undefined {
  if (type.includes("-cert-")) {
    return wrongLine("this is a certificate, expected the public key itself");
  }
  if (type === "ssh-dss") {
    return { code: "KALISI-KEY-WEAK", problem: "OpenSSH no longer accepts DSA keys" };
  }
  return knownTypes.test(type) ? undefined : wrongLine(`keys of the type ${type} are not known`);
}

function checkData(type: string, data: string): Wrong | undefined {
  const damaged = wrongLine("the key's data is damaged");
  const blob = Buffer.from(data, "base64");
  if (data === "" || blob.toString("base64") !== data || fieldsOf(blob)?.[0] !== type) {
    return damaged;
  }
  if (type.startsWith("sk-")) {
    return undefined;
  }
  try {
    const key = parseKey(`${type} ${data}`, "ssh");
    return key.type === "rsa" && key.size < minimumRsaBits
      ? {
          code: "KALISI-KEY-WEAK",
          problem: `an RSA key of ${key.size} bits is too weak, expected ${minimumRsaBits} or more`,
        }
      : undefined;
  } catch {
    return damaged;
  }
}

/** A key's fields, each after its length (RFC 4253, section 6.6); undefined where they do not fill it. */
function fieldsOf(blob: Buffer): readonly string[] | undefined {
  const fields: string[] = [];
  let from = 0;
  while (from < blob.length) {
    const to = from + 4 <= blob.length ? from + 4 + blob.readUInt32BE(from) : Infinity;
    if (to > blob.length) {
      return undefined;
    }
    fields.push(blob.toString("latin1", from + 4, to));
    from = to;
  }
  // The type alone is no key.
  return fields.length < 2 ? undefined : fields;
}
