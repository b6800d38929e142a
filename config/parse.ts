import type { z } from "zod";
import type { Problem } from "./errors";
import { at, labelOf, mergeLayers, type Layer, type Tree } from "./layers";
import { stackConfigKeys, stackConfigSchema, type StackConfig } from "./schema";

const textKeys: readonly (keyof StackConfig)[] = ["envFile", "dockerHost"];

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
    const [namespace, key] = fullKey.split(":", 2);
    if (namespace !== "kalisi" || key === undefined) {
      continue;
    }
    if (!stackConfigKeys.includes(key as keyof StackConfig)) {
      problems.push(unknownKey(fullKey, key));
      continue;
    }
    try {
      values[key] = textKeys.includes(key as keyof StackConfig) ? text : JSON.parse(text);
    } catch {
      problems.push({
        setting: fullKey,
        value: text,
        problem: "expected a structured value or true/false",
        fix: `pulumi config rm ${fullKey}, then set its parts: pulumi config set --path '${fullKey}.KEY' VALUE`,
      });
    }
  }
  return { values, problems };
}

function unknownKey(fullKey: string, key: string): Problem {
  return {
    setting: fullKey,
    problem: `is not a key of this stack; known are ${stackConfigKeys.join(", ")}`,
    fix: `pulumi config rm ${fullKey}${key === "" ? "" : ", or correct its spelling"}`,
  };
}

/** Merges and checks the layers, the last one on top. */
export function parseLayers(layers: readonly Layer[]): {
  readonly config?: StackConfig;
  readonly problems: readonly Problem[];
} {
  const merged = mergeLayers(layers);
  const result = stackConfigSchema.safeParse(merged);
  return result.success
    ? { config: result.data, problems: [] }
    : { problems: result.error.issues.flatMap((issue) => toProblems(issue, merged, layers)) };
}

function toProblems(
  issue: z.core.$ZodIssue,
  merged: Tree,
  layers: readonly Layer[],
): readonly Problem[] {
  const path = issue.path.map(String);
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => {
      const setting = labelOf(layers, [...path, key]);
      return {
        setting,
        problem: "is not a known key",
        fix: `pulumi config rm --path '${setting}', or correct its spelling`,
      };
    });
  }
  const setting = labelOf(layers, path);
  const value = at(merged, path);
  return [
    {
      setting,
      ...(value === undefined ? {} : { value: describe(value) }),
      problem: issue.message,
      fix: setting.startsWith("kalisi:")
        ? `pulumi config set --path '${setting}' VALUE`
        : `correct or unset ${setting}`,
    },
  ];
}

/** A value as it is shown: an address without its user and password. */
function describe(value: unknown): string {
  return (typeof value === "string" ? value : JSON.stringify(value)).replace(/[^/"]*@/g, "***@");
}
