import type { EngineEvent } from "@pulumi/pulumi/automation";
import { isUnknown } from "../../policy/unknown";
import type { Step } from "./plan";

/** What `pulumi stack export` writes. */
export interface PlannedState {
  readonly version: number;
  readonly deployment: Readonly<Record<string, unknown>>;
}

/** Stands for everything that only an update would know: an id that two resources share stays shared. */
const stand = "00000000-0000-4000-8000-000000000000";

/** Outputs that one resource hands on to another and that no preview tells. */
const handedOn: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "docker:index/image:Image": { repoDigest: stand },
  "docker:index/remoteImage:RemoteImage": { imageId: stand, repoDigest: stand },
  "docker:index/registryImage:RegistryImage": { sha256Digest: stand },
  "command:local:Command": { stdout: "", stderr: "" },
};

/** Where a state says from which line of the program a resource came. */
const positions = new Set(["sourcePosition", "stackTrace"]);

/**
 * Makes a state of what a plan creates, as though it had been.
 *
 * @param steps what `pulumi preview --json` wrote
 * @param events what it logged: what the providers plan beyond the inputs, and the engine's own providers
 */
export function toState(
  empty: PlannedState,
  steps: readonly Step[],
  events: readonly EngineEvent[],
): PlannedState {
  const outputs = new Map<string, unknown>();
  for (const { resOutputsEvent } of events) {
    const planned = resOutputsEvent?.metadata.new;
    if (planned !== undefined) outputs.set(planned.urn, planned.outputs);
  }
  const told = new Set(steps.map(({ urn }) => urn));
  const untold = events.flatMap(({ resourcePreEvent }) => {
    const planned = resourcePreEvent?.metadata.new;
    if (planned === undefined || told.has(planned.urn)) return [];
    const { urn, type, inputs, parent } = planned;
    return [{ urn, type, inputs, parent, custom: true }];
  });
  const resources = [...untold, ...steps.flatMap(({ newState }) => newState ?? [])].map(
    (planned) => ({
      ...Object.fromEntries(Object.entries(planned).filter(([key]) => !positions.has(key))),
      ...(planned.custom === true ? { id: stand } : {}),
      outputs: { ...handedOn[planned.type], ...(outputs.get(planned.urn) as object | undefined) },
    }),
  );
  return { ...empty, deployment: { ...empty.deployment, resources: withoutUnknowns(resources) } };
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
