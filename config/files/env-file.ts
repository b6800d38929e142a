import { createHash } from "node:crypto";
import { z } from "zod";
import { checkDuplicates } from "./env-file-duplicates";
import { readEnvFileLines, type EnvFileEntry } from "./env-file-lines";
import {
  bindAddress,
  neo4jAddress,
  neo4jDatabase,
  neo4jUser,
  redisAddress,
  takenPorts,
} from "./env-file-stores";
import { gatewayContainerPort } from "../container-ports";
import type { Problem } from "../errors";

/** Neo4j's own minimum: `dbms.security.auth_minimum_password_length`. */
const minimumPasswordLength = 8;

const missing = "is missing";
const required = z.string({ error: missing }).min(1, { error: missing, abort: true });

const inContainer = `the container's port that is published; the one on this machine is kalisi:gateway.port`;

/** What the services refuse to start without, or fail on later: https://github.com/littleredshack/kalisi */
const settings = z
  .looseObject({
    JWT_SECRET: required,
    REDIS_URL: required.pipe(redisAddress),
    ENVIRONMENT: required,
    NEO4J_URI: required.pipe(neo4jAddress),
    NEO4J_PASSWORD: required.min(
      minimumPasswordLength,
      `is shorter than the ${minimumPasswordLength} characters that Neo4j asks for`,
    ),
    NEO4J_USERNAME: neo4jUser.optional(),
    NEO4J_USER: neo4jUser.optional(),
    NEO4J_DATABASE: required.pipe(neo4jDatabase),
    MFA_REQUIRED: required.regex(/^(?:true|false)$/, "expected true or false, in small letters"),
    MFA_ISSUER: required,
    ENABLE_HTTPS: z.literal("true", "must be true: only HTTPS is published"),
    HTTPS_PORT: z.literal(
      String(gatewayContainerPort),
      `must be ${gatewayContainerPort}, ${inContainer}`,
    ),
    PORT: z
      .string()
      .refine(
        (text) => isPort(text) && !takenPorts.includes(Number(text)),
        `expected a port that nothing else in the container has: not ${takenPorts.join(", ")}`,
      )
      .optional(),
    BIND_ADDRESS: bindAddress.optional(),
  })
  .superRefine((values, context) => {
    const { NEO4J_USERNAME: name, NEO4J_USER: other } = values as Record<
      string,
      string | undefined
    >;
    if (isBlank(name) && isBlank(other)) {
      context.addIssue({ code: "custom", path: ["NEO4J_USERNAME"], message: missing });
    }
  });

/** The usual values of the services' settings. */
export const usualValues: Readonly<Record<string, string>> = {
  ENVIRONMENT: "production",
  REDIS_URL: "redis://localhost:6379",
  NEO4J_URI: "bolt://localhost:7687",
  NEO4J_USERNAME: "neo4j",
  NEO4J_DATABASE: "neo4j",
  MFA_REQUIRED: "true",
  MFA_ISSUER: "Kalisi",
  ENABLE_HTTPS: "true",
  HTTPS_PORT: String(gatewayContainerPort),
  PORT: "3000",
};

/** Those that need not be set, where they are wrong. */
const otherValues: Readonly<Record<string, string>> = {
  NEO4J_USER: "neo4j",
  BIND_ADDRESS: "0.0.0.0",
};

/**
 * Checks the runtime settings file. Values are never part of a problem or a warning: the file holds secrets.
 *
 * @param content the file's text
 * @param path how to call the file in a problem
 */
export function checkEnvFile(
  content: string,
  path: string,
): { readonly problems: readonly Problem[]; readonly warnings: readonly string[] } {
  const { entries, problems: lineProblems, isReadable } = readEnvFileLines(content);
  const problems = lineProblems.map(({ line, ...rest }): Problem => ({
    setting: `${path}, line ${line}`,
    ...rest,
  }));
  if (!isReadable) {
    return { problems, warnings: [] };
  }
  const values = Object.fromEntries(entries.map(({ name, value }) => [name, value]));
  const unreadable = new Set(lineProblems.map(({ line }) => line));
  const result = settings.safeParse(values);
  for (const { path: where, message } of result.error?.issues ?? []) {
    const name = String(where[0]);
    if (!entries.some((entry) => entry.name === name && unreadable.has(entry.line))) {
      problems.push({
        code: message === missing ? "KALISI-ENV-INCOMPLETE" : "KALISI-ENV-VALUE",
        setting: `${name} in ${path}`,
        problem: message,
        fix: fixOf(name, message, path),
      });
    }
  }
  const duplicates = checkDuplicates(entries, path);
  return {
    problems: [...problems, ...duplicates.problems],
    warnings: [
      ...duplicates.warnings,
      ...droppedWarnings(entries, path),
      ...placeholderWarnings(entries, path),
    ],
  };
}

function fixOf(name: string, message: string, path: string): string {
  const example = usualValues[name] ?? otherValues[name];
  if (message === missing) {
    return `add ${name}=${example ?? "..."} to ${path} (see .env.example)`;
  }
  if (name === "NEO4J_PASSWORD") {
    return `choose a longer one, such as that of: openssl rand -base64 18`;
  }
  return example === undefined ? `correct it in ${path}` : `set ${name}=${example} in ${path}`;
}

/** A settings file may not decide which program runs; parse-env.mjs leaves such variables out. */
function isDropped(name: string): boolean {
  return /^(?:PATH|HOME|ENV|BASH_ENV|LD_\w*)$/.test(name);
}

const placeholder = /change-?me|^your_|your_.*_here|_here$|your_base64|placeholder|^<[^>]*>$/i;

/**
 * SHA-256 of the secrets that Kalisi's public guide shows: JWT_SECRET, ENCRYPTION_KEY and NEO4J_PASSWORD.
 * As digests, so that no scanner takes them for leaked ones.
 */
const publiclyKnown: ReadonlySet<string> = new Set([
  "477ee29dec6d7c591adcb9c21979f3a3f1d68b665a846e0f3acf1fc058746520",
  "9a8f0fe35217adce4da3bdf6419706cca68a40e0ca9a2b28ceceaf66c6e0ebda",
  "54eaca823ee4b80216a5ecbc67adee54dbecb504da15df5638f545d79caa0061",
]);

/** Whether a value is a placeholder for one that is still to be filled in. */
export function isPlaceholder(value: string): boolean {
  return placeholder.test(value);
}

/** Whether a secret is publicly known. */
export function isPubliclyKnown(value: string): boolean {
  return publiclyKnown.has(createHash("sha256").update(value).digest("hex"));
}

function droppedWarnings(entries: readonly EnvFileEntry[], path: string): readonly string[] {
  const names = [...new Set(entries.map(({ name }) => name))].filter(isDropped);
  return names.length === 0
    ? []
    : [
        `${path}: not passed on to the services, as it decides which program runs: ${names.join(", ")}`,
      ];
}

function placeholderWarnings(entries: readonly EnvFileEntry[], path: string): readonly string[] {
  const named = (matches: (value: string) => boolean) =>
    [...new Set(entries.filter(({ value }) => matches(value)).map(({ name }) => name))].join(", ");
  const known = named(isPubliclyKnown);
  const open = named(isPlaceholder);
  return [
    ...(known === ""
      ? []
      : [`${path}: the value of ${known} is publicly known: choose one of your own`]),
    ...(open === "" ? [] : [`${path}: still a placeholder: ${open}`]),
  ];
}

function isPort(text: string): boolean {
  return /^[1-9]\d{0,4}$/.test(text) && Number(text) <= 65535;
}

function isBlank(text: string | undefined): boolean {
  return text === undefined || text === "";
}
