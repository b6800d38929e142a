import type { EngineEvent, Stack } from "@pulumi/pulumi/automation";
import type { Settings } from "../../config/resolve-settings";
import { runEngine, type OutputOptions } from "../progress/run-engine";
import { nameInUrn } from "../../config/urn";
import { UserError } from "../user-error";

/** What `npm start` would do to a resource. */
export interface PendingChange {
  readonly resource: string;
  readonly change: "create" | "update" | "replace" | "delete";
  /** The properties that differ, where any are known. */
  readonly properties: readonly string[];
}

/** What would change, or why that is unknown. */
export type Drift =
  { readonly drift: readonly PendingChange[] } | { readonly driftUnknown: string };

/** Of the operations that make up a change the one that names it. */
const changes: readonly string[] = ["create", "update", "replace", "delete"];

/** Finds what differs between a stack's program, its state and the Engine: a preview that prints nothing. */
export async function findDrift(stack: Stack, settings: Settings): Promise<Drift> {
  const drift: PendingChange[] = [];
  const onEvent = ({ resourcePreEvent }: EngineEvent) => {
    const { metadata } = resourcePreEvent ?? {};
    if (metadata !== undefined && changes.includes(metadata.op)) {
      drift.push({
        resource: nameInUrn(metadata.urn),
        change: metadata.op as PendingChange["change"],
        properties: metadata.diffs ?? [],
      });
    }
  };
  try {
    const preview = (output: OutputOptions) => {
      // Of a wrong setting, Pulumi itself says less.
      settings.checked();
      return stack.preview(output);
    };
    await runEngine("npm start would fail", "nothing", preview, onEvent);
    return { drift };
  } catch (error) {
    return {
      driftUnknown: error instanceof UserError ? error.shown : (error as Error).message,
    };
  }
}
