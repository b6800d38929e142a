import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { isPlaceholder, usualValues } from "../../config/files/env-file";
import { isThere } from "../../config/files/kept-settings";
import { resolvePath } from "../../config/files/read";
import { findAppRoot, findEnvFile } from "../../config/files/source-tree";
import { flushFolder } from "../../config/replace-file";
import type { StackConfig } from "../../config/settings/schema";
import { UserError } from "../user-error";
import type { Report } from "./report";

/** The secrets that this machine can make by itself, and how. */
const generators: Readonly<Record<string, () => string>> = {
  JWT_SECRET: () => randomBytes(64).toString("base64"),
  ENCRYPTION_KEY: () => randomBytes(32).toString("hex"),
  FIELD_ENCRYPTION_KEY: () => randomBytes(32).toString("base64"),
  NEO4J_PASSWORD: () => randomBytes(18).toString("base64url"),
  TEST_PASSWORD: () => randomBytes(18).toString("base64url"),
  TEST_NEO4J_PASSWORD: () => randomBytes(18).toString("base64url"),
};

/** What this stack needs, whatever the example has: HTTPS on 8443 is what is published. */
const settled: Readonly<Record<string, string>> = { ENABLE_HTTPS: "true", HTTPS_PORT: "8443" };

/** A settings file made from an example, and what was made of it. */
export interface FilledIn {
  readonly content: string;
  /** Variables that got a value of their own. */
  readonly generated: readonly string[];
  /** Keys of outside services, left out until their user has one. */
  readonly leftOut: readonly string[];
}

/** Gives each secret of an example file a value of its own, and completes it. */
export function fillIn(example: string): FilledIn {
  const seen = new Set<string>();
  const generated: string[] = [];
  const leftOut: string[] = [];
  const lines = example.split(/\r?\n/).map((line) => {
    const [, name, value = ""] = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*)$/.exec(line) ?? [];
    if (name === undefined) {
      return line;
    }
    if (seen.has(name)) {
      return `# set above: ${name}`;
    }
    seen.add(name);
    if (name.endsWith("_API_KEY") && isPlaceholder(value)) {
      leftOut.push(name);
      return `# ${name}=`;
    }
    const made = settled[name] ?? generate(name, generated);
    return made === undefined ? line : `${name}=${made}`;
  });
  const lacking = ["JWT_SECRET", "NEO4J_PASSWORD", ...Object.keys(usualValues)]
    .filter((name) => !seen.has(name) && !(name === "NEO4J_USERNAME" && seen.has("NEO4J_USER")))
    .map((name) => `${name}=${usualValues[name] ?? generate(name, generated) ?? ""}`);
  const content = [
    lines.join("\n").trimEnd(),
    ...(lacking.length === 0 ? [] : ["", "# Not in .env.example, and needed", ...lacking]),
  ];
  return { content: `${content.join("\n")}\n`, generated, leftOut };
}

function generate(name: string, generated: string[]): string | undefined {
  const generator = generators[name];
  if (generator === undefined) {
    return undefined;
  }
  generated.push(name);
  return generator();
}

/** Where a stack's settings file is, or is to be; undefined where its source tree has one and is not there. */
export function settingsPath(
  root: string,
  { source, envFile }: Pick<StackConfig, "source" | "envFile">,
): string | undefined {
  if (envFile !== undefined) {
    return resolvePath(root, envFile);
  }
  const appRoot = findAppRoot(root, source.path);
  return appRoot === undefined ? undefined : findEnvFile(root, source.path, appRoot);
}

/**
 * Makes the runtime settings file from the tree's example. Never overwrites one.
 *
 * @param path where
 */
export function makeEnvFile(root: string, path: string): FilledIn {
  const example = join(dirname(path), ".env.example");
  if (!existsSync(example)) {
    throw new UserError(
      "KALISI-ENV-NO-EXAMPLE",
      `${relative(root, path)} is missing and there is no .env.example to make it from.\nWrite it: see docs/configuration.md`,
    );
  }
  const made = fillIn(readFileSync(example, "utf8"));
  // wx: a file that was made in the meantime is left alone. A power cut must not take the secrets
  // of a database that is made next.
  writeFileSync(path, made.content, { mode: 0o600, flag: "wx", flush: true });
  flushFolder(dirname(path));
  return made;
}

/**
 * Makes the runtime settings file where there is none.
 *
 * @param guard is asked first
 */
export async function ensureEnvFile(
  root: string,
  path: string,
  guard: (path: string) => Promise<void>,
  report: Report,
): Promise<void> {
  // A link that leads nowhere is the user's: the program says what is wrong with it.
  if (!isThere(path)) {
    await guard(path);
    makeEnvFile(root, path);
    report("Settings", relative(root, path), "made from .env.example with generated secrets");
  }
}
