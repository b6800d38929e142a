import { knownKeys, type KeySchema, type KnownKey } from "./known-keys";
import { startsWith } from "./path";
import { environmentVariables, machinePaths } from "./sources";

/** A key of the configuration, in words. */
export interface Described {
  /** As it is written below the namespace, such as `ssh.port` or `ports[].external`. */
  readonly key: string;
  readonly type: string;
  readonly environment: string;
  /** The value where it is unset. */
  readonly fallback: string;
  readonly meaning: string;
}

/** Describes every key, but not the groups that they are in. */
export function describeKeys(): readonly Described[] {
  return knownKeys()
    .filter(({ schema }) => schema.properties === undefined)
    .map(({ path, schema }) => {
      // A description may end with the value where the key is unset.
      const [meaning = "", unset = ""] = (schema.description ?? "").split(/(?:^|; )unset: /);
      const fallback = schema.default === undefined ? unset : code(schema.default);
      return {
        key: path.join(".").replaceAll(/\.\d+/g, "[]"),
        type: typeOf(schema),
        environment: environmentVariables
          .filter((variable) => startsWith(path, variable.path))
          .map(({ name }) => name)
          .join(" "),
        fallback: machinePaths.some((prefix) => startsWith(path, prefix))
          ? [fallback, "or set-up's choice"].filter(Boolean).join(", ")
          : fallback,
        meaning,
      };
    });
}

function typeOf(schema: KeySchema): string {
  if (schema.enum !== undefined) {
    return schema.enum.map(code).join(" or ");
  }
  if (schema.title !== undefined) {
    return schema.title;
  }
  switch (schema.type) {
    case "boolean":
      return "`true` or `false`";
    case "array":
      return "list";
    case "object":
      return "map";
    case "integer":
      return "whole number";
    case "string":
      return "text";
    default:
      return "number";
  }
}

function code(value: unknown): string {
  return `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;
}

/** A key as Pulumi.yaml declares it. */
export interface Declaration {
  readonly type: "array" | "boolean" | "object" | "string";
  readonly items?: { readonly type: "object" };
  readonly description: string;
  readonly default: unknown;
}

/**
 * What Pulumi.yaml declares. Pulumi demands a default of every declared key and takes it for the stack's
 * own configuration. So one that the environment or the machine profile may set has none there: it is left
 * out of its group, or is an empty text, which counts as unset. A stack that sets one key of a group overrides
 * the group's whole default; the schema has the same one.
 */
export function declareKeys(): Readonly<Record<string, Declaration>> {
  return Object.fromEntries(
    knownKeys()
      .filter(({ path }) => path.length === 1)
      .map((key) => [key.path[0], declare(key)] as const),
  ) as Record<string, Declaration>;
}

function declare(key: KnownKey): Declaration {
  const { schema } = key;
  const description = schema.description ?? "";
  if (schema.properties !== undefined) {
    return { type: "object", description, default: defaultsOf(key) ?? {} };
  }
  if (schema.type === "array") {
    return { type: "array", items: { type: "object" }, description, default: schema.default };
  }
  if (schema.default === undefined || isSetElsewhere(key.path)) {
    return { type: "string", description, default: "" };
  }
  const type = schema.type === "boolean" ? "boolean" : "string";
  return { type, description, default: schema.default };
}

/** A key's default, or those of a group's keys, where nothing but the stack can set them. */
function defaultsOf({ path, schema }: KnownKey): unknown {
  if (schema.properties === undefined) {
    return isSetElsewhere(path) ? undefined : schema.default;
  }
  const inner = Object.entries(schema.properties).flatMap(([name, child]) => {
    const value = defaultsOf({ path: [...path, name], schema: child });
    return value === undefined ? [] : [[name, value] as const];
  });
  return inner.length === 0 ? undefined : Object.fromEntries(inner);
}

function isSetElsewhere(path: readonly string[]): boolean {
  const elsewhere = [...environmentVariables.map((variable) => variable.path), ...machinePaths];
  return elsewhere.some((prefix) => startsWith(path, prefix));
}
