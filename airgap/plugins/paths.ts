import { isObject, type Json } from "./values";

export type Change = "add" | "delete" | "update";

/** What is no difference. */
export interface Tolerance {
  /** The order of lists. */
  readonly order: boolean;
  /** Whether a field of an object is zero or not there; Terraform's SDK takes the one for the other. */
  readonly zeros: boolean;
}

/** Whether a value says nothing: an empty text, list or object, false or 0. */
export function isZero(value: Json | undefined): boolean {
  if (Array.isArray(value)) {
    return value.length === 0;
  }
  return isObject(value) ? Object.keys(value).length === 0 : !value;
}

/** A value as a text, the same of two that do not differ. */
function comparable(value: Json, tolerance: Tolerance): string {
  if (Array.isArray(value)) {
    const items = value.map((item) => comparable(item, tolerance));
    return `[${(tolerance.order ? items.sort() : items).join()}]`;
  }
  if (!isObject(value)) {
    return JSON.stringify(value);
  }
  return Object.entries(value)
    .filter(([, item]) => !tolerance.zeros || !isZero(item))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => `${key}:${comparable(item, tolerance)}`)
    .join();
}

/** As Pulumi writes it: sdk/go/common/resource/property_path.go. */
function below(path: string, key: string): string {
  return /^[\w$]+$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;
}

/** Of the path `ports[0].external` the input `ports`. */
export const inputOf = (path: string): string => path.split(/[.[]/)[0] ?? path;

/** Of two lists without an order, what is in both is left out. */
function withoutCommon(olds: readonly Json[], news: readonly Json[], tolerance: Tolerance) {
  const text = (item: Json) => comparable(item, tolerance);
  const [before, after] = [new Set(olds.map(text)), new Set(news.map(text))];
  return [
    olds.map((item) => (after.has(text(item)) ? undefined : item)),
    news.map((item) => (before.has(text(item)) ? undefined : item)),
  ] as const;
}

/**
 * The paths at which two values differ, such as `ports[0].external`, each with what has happened there. An element's
 * index is the one that it has in its own list. The official plugins give the same paths: pkg/tfbridge/detailed_diff.go
 * of Pulumi's bridge to Terraform.
 */
export function changes(
  path: string,
  old: Json | undefined,
  news: Json | undefined,
  tolerance: Tolerance,
): readonly (readonly [path: string, change: Change])[] {
  if (old === undefined || news === undefined) {
    return old === news ? [] : [[path, old === undefined ? "add" : "delete"]];
  }
  if (comparable(old, tolerance) === comparable(news, tolerance)) {
    return [];
  }
  if (Array.isArray(old) && Array.isArray(news)) {
    const [before, after] = tolerance.order ? withoutCommon(old, news, tolerance) : [old, news];
    const longer = before.length > after.length ? before : after;
    return longer.flatMap((_, at) => changes(`${path}[${at}]`, before[at], after[at], tolerance));
  }
  if (isObject(old) && isObject(news)) {
    return [...new Set([...Object.keys(old), ...Object.keys(news)])]
      .filter((key) => !tolerance.zeros || !isZero(old[key]) || !isZero(news[key]))
      .flatMap((key) => changes(below(path, key), old[key], news[key], tolerance));
  }
  return [[path, "update"]];
}
