import type { EngineEvent } from "@pulumi/pulumi/automation";
import {
  commandType,
  containerType,
  imageType,
  remoteImageType,
} from "../../config/resource-types";
import { isUnknown } from "../../policy/unknown";
import type { Step } from "./plan";

/** What `pulumi stack export` writes. */
export interface PlannedState {
  readonly version: number;
  readonly deployment: Readonly<Record<string, unknown>>;
}

interface Planned {
  readonly type: string;
  readonly inputs?: Readonly<Record<string, unknown>> | undefined;
}

/** Stands for everything that only an update would know: an id that two resources share stays shared. */
const placeholder = "00000000-0000-4000-8000-000000000000";

/** Outputs that one resource passes on to another and that no preview reports. */
const handedOn: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  [imageType]: { repoDigest: placeholder },
  [remoteImageType]: { imageId: placeholder, repoDigest: placeholder },
  "docker:index/registryImage:RegistryImage": { sha256Digest: placeholder },
  [commandType]: { stdout: "", stderr: "" },
};

/** What the official plugins read of a state, and no preview reports. */
function unplanned({ type, inputs }: Planned): Readonly<Record<string, unknown>> {
  switch (type) {
    case imageType:
      return { __inputs: inputs };
    case containerType:
      return { command: [], entrypoints: [], networkDatas: [] };
    default:
      return {};
  }
}

/** Where a state has the line of the program that a resource came from. */
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
  const inSteps = new Set(steps.map(({ urn }) => urn));
  const withoutStep = events.flatMap(({ resourcePreEvent }) => {
    const planned = resourcePreEvent?.metadata.new;
    if (planned === undefined || inSteps.has(planned.urn)) return [];
    const { urn, type, inputs, parent } = planned;
    return [{ urn, type, inputs, parent, custom: true }];
  });
  const resources = [...withoutStep, ...steps.flatMap(({ newState }) => newState ?? [])].map(
    (planned) => ({
      ...Object.fromEntries(Object.entries(planned).filter(([key]) => !positions.has(key))),
      ...(planned.custom === true ? { id: placeholder } : {}),
      outputs: {
        ...unplanned(planned),
        ...handedOn[planned.type],
        ...knownOf(planned, outputs.get(planned.urn)),
      },
    }),
  );
  return { ...empty, deployment: { ...empty.deployment, resources: withoutUnknowns(resources) } };
}

/**
 * What a preview reports of a resource's outputs. One that only an update would know has a type of its own, such
 * as a number's, which no text may take the place of.
 */
function knownOf({ inputs = {} }: Planned, outputs: unknown): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(outputs ?? {}).filter(([key, value]) => key in inputs || !isUnknown(value)),
  );
}

/** A provider's reference ends with its id, which is unknown before the update, too. */
function withoutUnknowns(value: unknown): unknown {
  if (typeof value === "string") {
    const parts = value.split("::");
    return parts.some(isUnknown)
      ? parts.map((part) => (isUnknown(part) ? placeholder : part)).join("::")
      : value;
  }
  if (Array.isArray(value)) return value.map(withoutUnknowns);
  return typeof value === "object" && value !== null
    ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutUnknowns(item)]))
    : value;
}
