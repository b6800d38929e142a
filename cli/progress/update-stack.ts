import type { EngineEvent, OpMap, Stack, StepEventMetadata } from "@pulumi/pulumi/automation";
import { requireFree } from "../locks";
import { runEngine, type OutputOptions, type Shown } from "./run-engine";

/** What has come of an update. */
export interface Updated {
  /** What the program returns, by name. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** How many resources were `create`d, left the `same` ... */
  readonly changes: OpMap;
}

/**
 * Runs an update of a stack, showing how it goes. A lock that an update has left that was killed is released.
 *
 * @param failure what the error begins with
 * @param onResource hears of each resource that is as it should be
 * @throws UserError with every reason in full
 */
export async function updateStack(
  stack: Stack,
  failure: string,
  shown: Shown,
  command: (options: OutputOptions) => Promise<unknown>,
  onResource?: (step: StepEventMetadata) => void,
): Promise<Updated> {
  requireFree(stack.workspace.workDir, stack.name, failure);
  let outputs: Updated["outputs"] = {};
  let changes: OpMap = {};
  const onEvent = ({ resOutputsEvent, summaryEvent }: EngineEvent) => {
    if (resOutputsEvent !== undefined) {
      const { type, new: now } = resOutputsEvent.metadata;
      if (type === "pulumi:pulumi:Stack") outputs = now?.outputs ?? outputs;
      onResource?.(resOutputsEvent.metadata);
    }
    changes = summaryEvent?.resourceChanges ?? changes;
  };
  // The Automation API starts Pulumi three more times to ask for these, which the events have reported already.
  stack.workspace.stackOutputs = () => Promise.resolve({});
  stack.info = () => Promise.resolve(undefined);
  await runEngine(failure, shown, command, onEvent);
  return { outputs, changes };
}
