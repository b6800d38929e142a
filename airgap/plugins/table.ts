import { containsUnknown, isObject, type Json, type Props } from "./values";

/** How one input of a resource behaves; everything a table does not name is refused. */
export interface Rule {
  /** A change replaces the resource (Terraform's ForceNew); without it a change is an update. */
  readonly replace?: true;
  /** Order does not matter (Terraform's TypeSet). */
  readonly unordered?: true;
  /** Taking the input away is no change (Terraform's Optional+Computed). */
  readonly keep?: true;
  /** What is recorded where the program gives none. */
  readonly default?: Json;
  /** The one value that is known; recorded where the program gives none. */
  readonly only?: Json;
  /** The only keys an object, or each object of a list, may have, with their defaults. */
  readonly fields?: Readonly<Record<string, Json>>;
  /** Two spellings of one value, such as 90s and 1m30s, become the same. */
  readonly normalise?: (value: Json) => Json;
}

/** All inputs of a resource type that are known, by their names. */
export type Table = Readonly<Record<string, Rule>>;

/** Why an input is refused. */
export interface Failure {
  readonly property: string;
  readonly reason: string;
}

export type Kind = "update" | "replace";

export interface Difference {
  /** The inputs that differ, and what that leads to. */
  readonly properties: Readonly<Record<string, Kind>>;
  readonly deleteBeforeReplace: boolean;
}

/** The inputs that `table` does not know, or not with this value. `type` is the resource type's name for people. */
export function refusals(type: string, table: Table, news: Props): readonly Failure[] {
  const standIn = "the stand-in for the official plugin";
  const unknown = (path: string): Failure => ({
    property: path,
    reason: `${standIn} does not know "${path}" of ${type}; only the official plugin does`,
  });
  return Object.entries(news).flatMap(([key, value]) => {
    const rule = table[key];
    if (rule === undefined) {
      return [unknown(key)];
    }
    const { only } = rule;
    if (only !== undefined && value !== only) {
      const reason = `${standIn} knows "${key}" of ${type} as ${JSON.stringify(only)} alone`;
      return [{ property: key, reason }];
    }
    const fields = rule.fields;
    if (fields === undefined) {
      return [];
    }
    const items = Array.isArray(value) ? value.filter(isObject) : isObject(value) ? [value] : [];
    const names = new Set(items.flatMap((item) => Object.keys(item)));
    return [...names].filter((name) => !(name in fields)).map((name) => unknown(`${key}.${name}`));
  });
}

/** The inputs, and the table's values for those that the program gives none. */
export function withDefaults(table: Table, news: Props): Props {
  const defaults = Object.entries(table).flatMap(([key, rule]) => {
    const value = rule.default ?? rule.only;
    return value === undefined ? [] : [[key, value] as const];
  });
  return { ...Object.fromEntries(defaults), ...news };
}

/** Terraform's SDK takes a zero value of an object's field for an absent one; not so in free maps. */
function isZero(value: Json): boolean {
  if (value === null || value === "" || value === false || value === 0) {
    return true;
  }
  if (Array.isArray(value)) {
    return value.length === 0;
  }
  return isObject(value) && Object.keys(value).length === 0;
}

function canonicalItem(rule: Rule, value: Json): Json {
  if (Array.isArray(value)) {
    const items = value.map((item) => canonicalItem(rule, item));
    return rule.unordered
      ? items
          .map((item) => JSON.stringify(item))
          .sort()
          .map((item) => JSON.parse(item) as Json)
      : items;
  }
  if (!isObject(value)) {
    return value;
  }
  const entries = Object.entries(value)
    .map(([key, item]) => [key, canonicalItem(rule, item)] as const)
    .filter(([, item]) => rule.fields === undefined || !isZero(item));
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function canonical(rule: Rule, value: Json | undefined): string {
  const normalised = value === undefined ? null : (rule.normalise?.(value) ?? value);
  const { fields } = rule;
  // A state may hold fields that no input has, such as those that the Engine adds.
  const fill = (item: Json): Json =>
    fields !== undefined && isObject(item)
      ? Object.fromEntries(Object.entries(fields).map(([key, unset]) => [key, item[key] ?? unset]))
      : item;
  const filled = Array.isArray(normalised) ? normalised.map(fill) : fill(normalised);
  const result = canonicalItem(rule, filled);
  return isZero(result) ? "" : JSON.stringify(result);
}

/**
 * What the new inputs would change of what is there.
 *
 * @param oldInputs what the program gave last time: an input that is in neither is not looked at
 * @param state what is there, with defaults
 */
export function difference(table: Table, oldInputs: Props, state: Props, news: Props): Difference {
  const wanted = withDefaults(table, news);
  const properties: Record<string, Kind> = {};
  for (const [key, rule] of Object.entries(table)) {
    const want = wanted[key];
    const mentioned = want !== undefined || oldInputs[key] !== undefined;
    if (!mentioned || (want === undefined && rule.keep)) {
      continue;
    }
    const same = !containsUnknown(want) && canonical(rule, want) === canonical(rule, state[key]);
    if (!same) {
      properties[key] = rule.replace ? "replace" : "update";
    }
  }
  return { properties, deleteBeforeReplace: true };
}

/** What was recorded, with only those properties changed that the engine now reports otherwise. */
export function refreshed(table: Table, recorded: Props, live: Props): Props {
  const drifted = Object.entries(live).filter(
    ([key, value]) =>
      key in recorded &&
      canonical(table[key] ?? {}, value) !== canonical(table[key] ?? {}, recorded[key]),
  );
  return { ...recorded, ...Object.fromEntries(drifted) };
}
