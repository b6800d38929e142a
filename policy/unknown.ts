import type * as pulumi from "@pulumi/pulumi";

/** The placeholder for a text, and for whatever else nothing is known of. */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/**
 * The placeholders in a plan for values that a preview cannot know, one for each type:
 * https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/plugin/rpc.go
 */
const unknownValues: ReadonlySet<unknown> = new Set([
  unknownValue,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

export function isUnknown(value: unknown): boolean {
  return unknownValues.has(value);
}

/** A policy read something that only the update will know. */
export class UnknownValue extends Error {
  constructor(path: readonly string[]) {
    super(`a preview does not know ${path.join(".")}`);
  }
}

/** A view of inputs in which to read an unknown one throws, as in the engine's packs: no check passes on a guess. */
export function knownOnly<T extends object>(inputs: T, path: readonly string[] = []): T {
  return new Proxy(inputs, {
    get: (target, property) => {
      const value: unknown = Reflect.get(target, property);
      const at = [...path, String(property)];
      if (isUnknown(value)) throw new UnknownValue(at);
      return typeof value === "object" && value !== null ? knownOnly(value, at) : value;
    },
  });
}

/** What Pulumi's declaration of an output leaves out. */
interface Settled<T> {
  readonly promise: () => Promise<T | undefined>;
}

/** The value of an output; undefined where not all of it is known, as in a preview. */
export function valueOf<T>(output: pulumi.Output<T>): Promise<T | undefined> {
  return (output as unknown as Settled<T>).promise();
}
