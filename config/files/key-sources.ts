import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Problem } from "../errors";
import { readText, resolvePath } from "./read";
import type { StackConfig } from "../settings/schema";
import { setCommand } from "../settings/set-command";
import { looksLikeKeys, parseAuthorizedKeys, type AuthorizedKey } from "./ssh-keys";

/** Asked for in this order: first those of the guide's start script, then what else ssh offers by itself. */
const defaultKeys = [
  "id_ed25519.pub",
  "id_rsa.pub",
  "id_ecdsa.pub",
  "id_ed25519_sk.pub",
  "id_ecdsa_sk.pub",
] as const;

/**
 * Reads the keys that may log in: those of the settings, each the keys themselves or a file's path,
 * else the user's own.
 *
 * @param root what a relative path is relative to
 * @param label names a setting of `ssh` as its user typed it
 */
export function readKeys(
  root: string,
  ssh: StackConfig["ssh"],
  label: (key: "authorizedKeys" | "keysFrom") => string,
): {
  readonly keys: readonly AuthorizedKey[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly string[];
} {
  const given = ssh.authorizedKeys ?? ssh.keysFrom;
  const setting = label(ssh.authorizedKeys === undefined ? "keysFrom" : "authorizedKeys");
  if (given !== undefined) {
    const isText =
      looksLikeKeys(given) || (ssh.authorizedKeys !== undefined && !looksLikePath(root, given));
    return {
      ...(isText
        ? parseAuthorizedKeys(given, setting)
        : readFrom(resolvePath(root, given), setting)),
      warnings: [],
    };
  }
  const own = defaultKeys.map((name) => join(homedir(), ".ssh", name)).find(existsSync);
  return own === undefined
    ? {
        keys: [],
        problems: [],
        warnings: [
          "No SSH key: nobody can log in. Make one with: ssh-keygen -t ed25519, or set kalisi:ssh.keysFrom",
        ],
      }
    : { ...readFrom(own, setting), warnings: [] };
}

function looksLikePath(root: string, text: string): boolean {
  return /^[~./]|\/|\.pub$/.test(text) || (text !== "" && existsSync(resolvePath(root, text)));
}

function readFrom(path: string, setting: string) {
  const problems: Problem[] = [];
  const unread = {
    code: "KALISI-KEY-UNREADABLE",
    fix: "name a readable file of public keys",
  } as const;
  const content = readText(path, setting, unread, problems) ?? "";
  const parsed = parseAuthorizedKeys(content, `${setting} (${path})`);
  if (problems.length === 0 && parsed.problems.length === 0 && parsed.keys.length === 0) {
    problems.push({
      code: "KALISI-KEY-NONE",
      setting,
      value: path,
      problem: "holds no key",
      fix: `name a file of public keys; to let nobody in: ${setCommand(["ssh", "authorizedKeys"], "")}`,
    });
  }
  return { keys: parsed.keys, problems: [...problems, ...parsed.problems] };
}
