import { changes, isZero, type Change } from "./paths";
import { isObject, type Json, type Props } from "./values";

/** How one input of a resource behaves; everything a table does not name is refused. */
export interface Rule {
  /**
   * A change replaces the resource (Terraform's ForceNew); with "elements" only one of how many elements there are.
   *
   * @default a change is an update
   */
  readonly replace?: true | "elements";
  /** The official plugin does not tell which elements of the list have changed. */
  readonly whole?: true;
  /** A map that is taken away is one whose keys are. */
  readonly map?: true;
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
}

/** All inputs of a resource type that are known, by their names. */
export type Table = Readonly<Record<string, Rule>>;

/** Why an input is refused. */
export interface Failure {
  readonly property: string;
  readonly reason: string;
}

/** What has happened to a property, and whether it replaces the resource. */
export type Kind = Change | `${Change}_replace`;

export interface Difference {
  /** By the paths of the properties that differ, such as `ports[0].external`. */
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

/** A value in the spelling that it is compared in. A list or map that is empty is none. */
function canonical(rule: Rule, value: Json | undefined): Json | undefined {
  if (value === undefined || (typeof value === "object" && isZero(value))) {
    return undefined;
  }
  const { fields } = rule;
  // A state may hold fields that no input has, such as those that the Engine adds.
  const known = (item: Json): Json =>
    fields !== undefined && isObject(item)
      ? Object.fromEntries(
          Object.entries(fields)
            .map(([key, unset]) => [key, item[key] ?? unset] as const)
            .filter(([, field]) => field !== null),
        )
      : item;
  return Array.isArray(value) ? value.map(known) : known(value);
}

/** The paths of an input at which two of its values differ. */
function changesOf(key: string, rule: Rule, before: Json | undefined, after: Json | undefined) {
  if (isZero(before) && isZero(after)) {
    return [];
  }
  const tolerance = { order: rule.unordered === true, zeros: rule.fields !== undefined };
  const old = canonical(rule, before);
  const news = canonical(rule, after) ?? (rule.map ? {} : undefined);
  const found = changes(key, old, news, tolerance);
  const update = [[key, "update"]] as const;
  return rule.whole && old !== undefined && news !== undefined && found.length > 0 ? update : found;
}

function kindOf(rule: Rule, change: Change): Kind {
  const replaces = rule.replace === "elements" ? change !== "update" : rule.replace;
  return replaces ? `${change}_replace` : change;
}

/**
 * What the new inputs would change of what is there.
 *
 * @param state what is there, with defaults
 */
export function difference(table: Table, state: Props, news: Props): Difference {
  const wanted = withDefaults(table, news);
  const properties: Record<string, Kind> = {};
  for (const [key, rule] of Object.entries(table)) {
    const want = wanted[key];
    if (want === undefined && rule.keep) {
      continue;
    }
    for (const [path, change] of changesOf(key, rule, state[key], want)) {
      properties[path] = kindOf(rule, change);
    }
  }
  return { properties, deleteBeforeReplace: true };
}

/** What was recorded, with only those properties changed that the engine now reports otherwise. */
export function refreshed(table: Table, recorded: Props, live: Props): Props {
  const drifted = Object.entries(live).filter(
    ([key, value]) =>
      key in recorded && changesOf(key, table[key] ?? {}, recorded[key], value).length > 0,
  );
  return { ...recorded, ...Object.fromEntries(drifted) };
}
