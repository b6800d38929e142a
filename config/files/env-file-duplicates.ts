import type { EnvFileEntry } from "./env-file-lines";
import type { Problem } from "../errors";
import { quoted } from "../quote";

/**
 * What decides who gets in, and where data goes. Which of two values was meant is not guessed here.
 * The names are those that the services read: https://github.com/littleredshack/kalisi
 */
const deciding = new Set([
  "JWT_SECRET",
  "ENCRYPTION_KEY",
  "FIELD_ENCRYPTION_KEY",
  "APPROVED_EMAILS",
  "MFA_REQUIRED",
  "TOTP_ONLY_MODE",
  "EMAIL_OTP_ENABLED",
  "DEV_OTP_DISPLAY",
  "AUTH_V2_ENABLED",
  "CORS_ALLOWED_ORIGINS",
  "REDIS_URL",
  "DATABASE_URL",
  "NEO4J_URI",
  "NEO4J_USERNAME",
  "NEO4J_USER",
  "NEO4J_PASSWORD",
  "NEO4J_DATABASE",
  "SMTP_HOST",
  "CLAUDE_API_URL",
  "CHATGPT_API_URL",
  "VAULT_ADDR",
]);

/**
 * Finds the names that have several values; the same value twice makes no difference. The last
 * one counts, as in a shell, in dotenv and in Node. Rust's dotenv takes the first, but never replaces a
 * variable that the environment has: the container sets it beforehand
 * (docker/rootfs/usr/local/lib/kalisi/parse-env.mjs).
 *
 * @param path how to call the file
 */
export function checkDuplicates(
  entries: readonly EnvFileEntry[],
  path: string,
): { readonly problems: readonly Problem[]; readonly warnings: readonly string[] } {
  const problems: Problem[] = [];
  const warnings: string[] = [];
  for (const name of new Set(entries.map((entry) => entry.name))) {
    const lines = entries.filter((entry) => entry.name === name);
    const last = lines.at(-1);
    if (last === undefined || lines.every(({ value }) => value === last.value)) {
      continue;
    }
    const numbers = lines.map(({ line }) => String(line));
    const set = `is set with different values on lines ${numbers.slice(0, -1).join(", ")} and ${last.line}`;
    if (deciding.has(name)) {
      problems.push({
        code: "KALISI-ENV-DUPLICATE",
        setting: `${name} in ${path}`,
        problem: `${set}, and decides who gets in or where data goes`,
        fix: `keep one of these lines: ${quoted(path)}`,
      });
    } else {
      warnings.push(`${path}: ${name} ${set}: line ${last.line} is used`);
    }
  }
  return { problems, warnings };
}
