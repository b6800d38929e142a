import type { EngineEvent, OpType } from "@pulumi/pulumi/automation";
import type { DeclaredResource } from "../../policy/evaluate";
import { isUnknown } from "../../policy/unknown";
import { nameInUrn } from "../../config/urn";

type Inputs = Readonly<Record<string, unknown>>;

/** What a plan does with a resource. */
export type Change = "created" | "updated" | "replaced" | "deleted" | "unchanged";

/** A resource of a plan. */
export interface PlannedResource extends DeclaredResource {
  readonly change: Change;
  /** False for a component, which only groups others. */
  readonly custom: boolean;
  /** What it was before, where it was there. */
  readonly before?: Inputs;
  readonly dependencies: readonly string[];
}

/** A step as `pulumi preview --json` and the engine's events have it. */
export interface Step {
  readonly op: OpType;
  readonly urn: string;
  readonly oldState?: State | null | undefined;
  readonly newState?: State | null | undefined;
}

interface State {
  readonly urn: string;
  readonly type: string;
  readonly custom?: boolean;
  readonly inputs?: Inputs;
  readonly retainOnDelete?: boolean;
  readonly dependencies?: readonly string[];
}

const changes: Partial<Record<OpType, Change>> = {
  same: "unchanged",
  read: "unchanged",
  create: "created",
  update: "updated",
  delete: "deleted",
  replace: "replaced",
  "create-replacement": "replaced",
  "delete-replaced": "replaced",
};

/** One entry for each resource: a replacement has several steps, and a refresh is none of the plan's. */
export function toPlan(steps: readonly Step[]): readonly PlannedResource[] {
  const resources = new Map<string, PlannedResource>();
  for (const { op, urn, oldState, newState } of steps) {
    const change = changes[op];
    const state = newState ?? oldState;
    if (change === undefined || state == null) continue;
    // The last step of a replacement may be the old one's end.
    if (newState == null && resources.has(urn)) continue;
    resources.set(urn, {
      urn,
      type: state.type,
      name: nameInUrn(urn),
      change,
      custom: state.custom === true,
      inputs: state.inputs ?? {},
      ...(oldState?.inputs === undefined ? {} : { before: oldState.inputs }),
      retainOnDelete: state.retainOnDelete === true,
      dependencies: state.dependencies ?? [],
    });
  }
  return [...resources.values()];
}

/** Keeps the steps of a preview that runs under the Automation API. */
export class StepRecorder {
  readonly steps: Step[] = [];

  readonly onEvent = ({ resourcePreEvent }: EngineEvent) => {
    if (resourcePreEvent === undefined) return;
    const { op, urn, old, new: planned } = resourcePreEvent.metadata;
    this.steps.push({ op, urn, oldState: old, newState: planned });
  };
}

/** A property that a plan changes, by its path; undefined where it is not there. */
export interface PropertyChange {
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** What differs between two values, down to the single texts and numbers. */
export function differences(before: unknown, after: unknown, path = ""): readonly PropertyChange[] {
  if (isTree(before) && isTree(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys
      .filter((key) => !key.startsWith("__"))
      .flatMap((key) => differences(before[key], after[key], join(path, key, after)));
  }
  return !isUnknown(after) && JSON.stringify(before) === JSON.stringify(after)
    ? []
    : [{ path, before, after }];
}

function isTree(value: unknown): value is Inputs {
  return typeof value === "object" && value !== null;
}

function join(path: string, key: string, container: Inputs): string {
  if (Array.isArray(container)) return `${path}[${key}]`;
  return path === "" ? key : `${path}.${key}`;
}
