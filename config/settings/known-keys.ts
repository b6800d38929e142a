import { distance } from "fastest-levenshtein";
import { z } from "zod";
import { startsWith } from "./path";
import { stackConfigSchema } from "./schema";

/** The JSON Schema of one key; only what is used here. */
export interface KeySchema {
  readonly description?: string;
  /** What kind of text or number it is. */
  readonly title?: string;
  readonly type?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, KeySchema>>;
  readonly additionalProperties?: KeySchema | boolean;
  readonly items?: KeySchema;
}

/** A key of the configuration, such as `ssh.port`, or a group of keys, such as `ssh`. */
export interface KnownKey {
  readonly path: readonly string[];
  readonly schema: KeySchema;
}

/** Every key and group, a group before its keys. */
export function knownKeys(): readonly KnownKey[] {
  return below([], z.toJSONSchema(stackConfigSchema, { io: "input" }) as KeySchema);
}

function below(path: readonly string[], { properties = {} }: KeySchema): readonly KnownKey[] {
  return Object.entries(properties).flatMap(([name, schema]) => {
    const own = [...path, name];
    const { items } = schema;
    return [
      { path: own, schema },
      ...below(own, schema),
      ...(items === undefined ? [] : below([...own, anyIndex], items)),
    ];
  });
}

/** Stands for the place in a list. */
const anyIndex = "0";

/** The known keys that an unknown one may have been meant to be: the nearest, or several as near. */
export function nearestKeys(path: readonly string[]): readonly (readonly string[])[] {
  const typed = spelling(path);
  const last = spelling(path.slice(-1));
  const limit = Math.max(2, Math.floor(typed.length / 3));
  const rated = knownKeys()
    .filter((known) => !startsWith(path, known.path))
    .map((known) => ({
      key: known.path,
      // A user may know a key's name and not its place: that is a little less near.
      steps: Math.min(
        distance(typed, spelling(known.path)),
        distance(last, spelling(known.path.slice(-1))) + 1,
      ),
    }));
  const fewest = Math.min(...rated.map(({ steps }) => steps));
  return fewest > limit ? [] : rated.filter(({ steps }) => steps === fewest).map(({ key }) => key);
}

function spelling(path: readonly string[]): string {
  return path
    .join("")
    .toLowerCase()
    .replace(/[^a-z]/g, "");
}

/** The word of a list that a mistyped one is nearest to, if any is near. */
export function nearestWord(word: string, known: readonly string[]): string | undefined {
  return known.find((candidate) => candidate !== word && distance(candidate, word) <= 2);
}
