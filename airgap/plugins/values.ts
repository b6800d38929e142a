/** A value on its way between the program, the engine and a plugin. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
/** The inputs or the state of a resource by their names. */
export type Props = Record<string, Json>;

// Pulumi's wire markers: sdk/go/common/resource/plugin/rpc.go and sig/sig.go
const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
/** What stands for a value that is not known in this preview. */
export const unknownMark = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Whether a value has fields. */
export function isObject(value: Json | undefined): value is Props {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSecret(value: Json): value is { value: Json } {
  return isObject(value) && value[signatureKey] === secretSignature;
}

/** Whether a value is a secret, or holds one. */
export function containsSecret(value: Json): boolean {
  if (isSecret(value)) {
    return true;
  }
  if (Array.isArray(value)) {
    return value.some(containsSecret);
  }
  return isObject(value) && Object.values(value).some(containsSecret);
}

/** Whether a value is unknown in this preview, or holds one that is. */
export function containsUnknown(value: Json | undefined): boolean {
  if (Array.isArray(value)) {
    return value.some(containsUnknown);
  }
  if (isObject(value)) {
    return Object.values(value).some(containsUnknown);
  }
  return value === unknownMark;
}

/** The value as the program wrote it: secrets unwrapped, nulls left out as the official plugins do. */
export function reveal(value: Json): Json {
  if (isSecret(value)) {
    return reveal(value.value);
  }
  if (Array.isArray(value)) {
    return value.map(reveal);
  }
  if (!isObject(value)) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== null)
      .map(([key, item]) => [key, reveal(item)]),
  );
}

/** The names of the values that hold secrets. */
export function secretKeys(props: Props): readonly string[] {
  return Object.keys(props).filter((key) => containsSecret(props[key] ?? null));
}

/** The values with those of the given names marked as secrets. */
export function conceal(props: Props, keys: Iterable<string>): Props {
  const hidden = new Set(keys);
  return Object.fromEntries(
    Object.entries(props).map(([key, value]) => [
      key,
      hidden.has(key) ? { [signatureKey]: secretSignature, value } : value,
    ]),
  );
}

/** The value where it is a text. */
export function text(value: Json | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** The texts of a list; none where it is no list. */
export function strings(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

/** An object's values by name, those that are no texts as JSON; none where it is no object. */
export function stringMap(value: Json | undefined): Record<string, string> {
  if (!isObject(value)) {
    return {};
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      typeof item === "string" ? item : JSON.stringify(item),
    ]),
  );
}

/** The objects of a list; none where it is no list. */
export function objects(value: Json | undefined): Props[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
