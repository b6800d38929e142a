import { z } from "zod";
import type { Problem } from "../errors";
import { nearestKeys, nearestWord } from "./known-keys";
import { at, labelOf, mergeLayers, layerOf, without, type Layer, type Tree } from "./layers";
import { quoted } from "../quote";
import { stackConfigKeys, stackConfigSchema, type StackConfig } from "./schema";
import { configPath, setCommand } from "./set-command";

/** Top-level keys that Pulumi hands over as they are; in these, an empty text counts as unset. */
const textKeys: readonly (keyof StackConfig)[] = ["envFile", "dockerHost"];

const namespace = "kalisi";

/**
 * Turns the namespace's raw texts into values: Pulumi hands structured ones over as JSON.
 *
 * @param raw all config keys with their texts, namespace included
 */
export function readRawConfig(raw: Readonly<Record<string, string>>): {
  readonly values: Tree;
  readonly problems: readonly Problem[];
} {
  const values: Record<string, unknown> = {};
  const problems: Problem[] = [];
  for (const [fullKey, text] of Object.entries(raw)) {
    const [prefix = "", ...rest] = fullKey.split(":");
    const key = rest.join(":");
    if (prefix !== namespace) {
      // Other namespaces are the providers' own.
      if (nearestWord(prefix, [namespace]) !== undefined) {
        problems.push(misspeltNamespace(fullKey, key));
      }
    } else if (!stackConfigKeys.includes(key as keyof StackConfig)) {
      problems.push(unknownKey(fullKey, [key], `pulumi config rm ${quoted(fullKey)}`));
    } else if (text !== "") {
      values[key] = textKeys.includes(key as keyof StackConfig) ? text : parsed(text);
    }
  }
  return { values, problems };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The schema reports what was expected instead.
    return text;
  }
}

function misspeltNamespace(fullKey: string, key: string): Problem {
  return {
    code: "KALISI-SETTING-UNKNOWN",
    setting: fullKey,
    problem: `nothing reads it; did you mean ${namespace}:${key}?`,
    fix: `pulumi config rm ${quoted(fullKey)} && pulumi config set ${quoted(`${namespace}:${key}`)} VALUE`,
  };
}

/** The value is not shown: it may be a secret. */
function unknownKey(setting: string, path: readonly string[], remove: string): Problem {
  const near = nearestKeys(path);
  const [nearest] = near;
  if (nearest === undefined) {
    return {
      code: "KALISI-SETTING-UNKNOWN",
      setting,
      problem: "is not a known key; docs/configuration.md lists them",
      fix: remove,
    };
  }
  const [only = ""] = path;
  if (path.length === 1 && configPath([only]) !== setting && configPath(nearest) === setting) {
    return {
      code: "KALISI-SETTING-UNKNOWN",
      setting,
      problem: `is one key with a dot in its name, which nothing reads`,
      fix: `${remove} && ${setCommand(nearest)}`,
    };
  }
  return {
    code: "KALISI-SETTING-UNKNOWN",
    setting,
    problem: `is not a known key; did you mean ${near.map(configPath).join(" or ")}?`,
    fix: `${remove} && ${setCommand(nearest)}`,
  };
}

export interface Parsed {
  /** What could be read; where something is wrong, as if it were not set, so that the rest can be checked. */
  readonly config: StackConfig;
  readonly problems: readonly Problem[];
  /** Whether the setting at a path, or the group that it is in, is among the problems. */
  readonly isWrong: (...path: readonly string[]) => boolean;
}

/** Merges and checks the layers, the last one on top. */
export function parseLayers(layers: readonly Layer[]): Parsed {
  const merged = mergeLayers(layers);
  const result = stackConfigSchema.safeParse(merged, { error: expectation });
  if (result.success) {
    return { config: result.data, problems: [], isWrong: () => false };
  }
  const { issues } = result.error;
  const wrong = issues.flatMap(pathsOf);
  const rest = wrong.reduce<Tree>(without, merged);
  return {
    config: stackConfigSchema.safeParse(rest).data ?? stackConfigSchema.parse({}),
    problems: issues.flatMap((issue) => toProblems(issue, merged, layers)),
    isWrong: (...path) =>
      wrong.some((bad) => bad.every((key, index) => index >= path.length || key === path[index])),
  };
}

/** The settings that an issue is about. An item of a list counts as the list. */
function pathsOf(issue: z.core.$ZodIssue): readonly (readonly string[])[] {
  const item = issue.path.findIndex((key) => typeof key === "number");
  const path = (item === -1 ? issue.path : issue.path.slice(0, item)).map(String);
  return issue.code === "unrecognized_keys" && item === -1
    ? issue.keys.map((key) => [...path, key])
    : [path];
}

/** What was expected, in words, where the schema itself has no message. */
function expectation(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === "invalid_value") {
    return `expected ${issue.values.map(String).join(" or ")}`;
  }
  if (issue.code !== "invalid_type") {
    return undefined;
  }
  switch (issue.expected) {
    case "boolean":
      return "expected true or false";
    case "string":
      return "expected a text";
    case "number":
      return "expected a number";
    case "array":
      return "expected a list";
    case "object":
    case "record":
      return "expected keys of its own, not a single value";
    default:
      return undefined;
  }
}

function toProblems(
  issue: z.core.$ZodIssue,
  merged: Tree,
  layers: readonly Layer[],
): readonly Problem[] {
  const path = issue.path.map(String);
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => {
      const whole = [...path, key];
      return unknownKey(
        labelOf(layers, whole),
        whole,
        `pulumi config rm --path ${quoted(configPath(whole))}`,
      );
    });
  }
  const isKey = issue.code === "invalid_key";
  const value = isKey ? undefined : at(merged, path);
  return [
    {
      code: "KALISI-SETTING-VALUE",
      setting: labelOf(layers, path),
      ...(value === undefined ? {} : { value: shownValue(value) }),
      problem: isKey ? issue.issues.map(({ message }) => message).join("; ") : issue.message,
      fix: layerOf(layers, path).fix(path),
    },
  ];
}

/** A value as it is shown: an address without its user and password. */
function shownValue(value: unknown): string {
  return (typeof value === "string" ? value : JSON.stringify(value)).replace(/[^/"\s]*@/g, "***@");
}
