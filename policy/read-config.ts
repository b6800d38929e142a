import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { EnforcementLevel, ResourceValidationPolicy } from "@pulumi/policy";
import { z } from "zod";
import { reasonOf, throwIfAny, type Problem } from "../config/errors";

/** Where the policies' settings are, relative to the project's root. */
export const configFile = "policy/config.json";

/** How strict one policy is, where that is not its own level, and its settings by its `configSchema`. */
export type PolicySettings = Readonly<Record<string, unknown>> & {
  readonly enforcementLevel?: EnforcementLevel | undefined;
};

/** By policy's name; `all` is for those that are not named. */
export type PolicyConfig = Readonly<Record<string, PolicySettings>>;

const levels = ["advisory", "mandatory", "remediate", "disabled"] as const;

/**
 * The exceptions that the project makes, in the form in which the engine reads them. It lets pass what it does
 * not know there: a misspelt exception would have no effect.
 *
 * @param root the project's root
 * @throws ConfigError with everything that no policy knows
 */
export function readPolicyConfig(
  root: string,
  policies: readonly ResourceValidationPolicy[],
): PolicyConfig {
  const problems: Problem[] = [];
  const read = Object.entries(readJson(root)).map(([name, settings]) => {
    const schema = schemaOf(name, policies);
    if (schema === undefined) {
      problems.push(problem(`there is no policy ${name}`, "correct its name"));
      return [name, {}] as const;
    }
    // As the engine does: a level alone is a policy's, too.
    const spelled = typeof settings === "string" ? { enforcementLevel: settings } : settings;
    const { data, error } = schema.safeParse(spelled);
    for (const { path, message } of error?.issues ?? []) {
      problems.push(problem(`${[name, ...path].join(".")}: ${message}`, "correct it"));
    }
    return [name, (data ?? {}) as PolicySettings] as const;
  });
  throwIfAny(problems);
  return Object.fromEntries(read);
}

function readJson(root: string): Readonly<Record<string, unknown>> {
  try {
    return z
      .record(z.string(), z.unknown())
      .parse(JSON.parse(readFileSync(join(root, configFile), "utf8")));
  } catch (error) {
    const reason = error instanceof z.ZodError ? "it is no object" : reasonOf(error);
    throwIfAny([problem(`cannot be read: ${reason}`, `restore it: git checkout ${configFile}`)]);
    throw error;
  }
}

function schemaOf(name: string, policies: readonly ResourceValidationPolicy[]) {
  const policy = policies.find((each) => each.name === name);
  return policy === undefined && name !== "all"
    ? undefined
    : z.fromJSONSchema({
        type: "object",
        properties: {
          ...(policy?.configSchema?.properties as Record<string, object> | undefined),
          enforcementLevel: { type: "string", enum: [...levels] },
        },
        additionalProperties: false,
      });
}

function problem(what: string, fix: string): Problem {
  return { code: "KALISI-POLICY-CONFIG", setting: configFile, problem: what, fix };
}
