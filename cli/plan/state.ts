import { isUnknown } from "../../policy/unknown";
import type { Step } from "./plan";

/** What `pulumi stack export` writes. */
export interface PlannedState {
  readonly version: number;
  readonly deployment: Readonly<Record<string, unknown>>;
}

/** Stands for everything that only an update would know: an id that two resources share stays shared. */
const stand = "00000000-0000-4000-8000-000000000000";

/** Outputs that no input has and that the stack hands on from one resource to another. */
const computedOutputs: Readonly<Record<string, readonly string[]>> = {
  "docker:index/image:Image": ["repoDigest"],
  "docker:index/remoteImage:RemoteImage": ["imageId", "repoDigest"],
  "docker:index/registryImage:RegistryImage": ["sha256Digest"],
  "command:local:Command": ["stdout", "stderr"],
};

/** Where a state says from which line of the program a resource came. */
const positions = new Set(["sourcePosition", "stackTrace"]);

/** Makes a state of what a plan creates, as though it had been. */
export function toState(empty: PlannedState, steps: readonly Step[]): PlannedState {
  const resources = steps.flatMap(({ newState }) => {
    if (newState == null) return [];
    const known = withoutUnknowns(newState) as Readonly<Record<string, unknown>>;
    const computed = (computedOutputs[newState.type] ?? []).map((output) => ({ [output]: stand }));
    return {
      ...Object.fromEntries(Object.entries(known).filter(([key]) => !positions.has(key))),
      ...(newState.custom === true ? { id: stand } : {}),
      outputs: Object.assign({}, known["inputs"], ...computed) as object,
    };
  });
  return {
    ...empty,
    deployment: { ...empty.deployment, resources: [...defaultProviders(resources), ...resources] },
  };
}

/** Previews tell nothing of the providers that the engine makes by itself, but a state without them is refused. */
function defaultProviders(resources: readonly Readonly<Record<string, unknown>>[]) {
  const urns = new Set(resources.map(({ urn }) => urn));
  const references = resources.flatMap(({ provider }) =>
    typeof provider === "string" ? [provider.slice(0, provider.lastIndexOf("::"))] : [],
  );
  return [...new Set(references)]
    .filter((urn) => !urns.has(urn))
    .map((urn) => {
      const [type, name = ""] = urn.split("::").slice(-2);
      const version = name.replace(/^default_/, "").replaceAll("_", ".");
      const inputs = { version };
      return { urn, type, custom: true, id: stand, inputs, outputs: inputs };
    });
}

/** A provider's reference ends with its id, which is unknown before the update, too. */
function withoutUnknowns(value: unknown): unknown {
  if (typeof value === "string") {
    const parts = value.split("::");
    return parts.some(isUnknown)
      ? parts.map((part) => (isUnknown(part) ? stand : part)).join("::")
      : value;
  }
  if (Array.isArray(value)) return value.map(withoutUnknowns);
  return typeof value === "object" && value !== null
    ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutUnknowns(item)]))
    : value;
}
