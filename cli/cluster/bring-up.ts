import type { UpdateOptions } from "../options";
import { printResult } from "../output";
import { shownBy } from "../progress/run-engine";
import { updateStack } from "../progress/update-stack";
import type { ReadyStack } from "../stack";
import { tellUp } from "../tell-up";

/** Runs `pulumi up` for a stack in a cluster, and says where it is. Its gate has looked whether the pod is ready. */
export async function bringUpInCluster(
  root: string,
  ready: ReadyStack,
  options: Pick<UpdateOptions, "verbose">,
): Promise<void> {
  const { stack } = ready;
  const { outputs, changes } = await updateStack(
    stack,
    "npm start: not up",
    shownBy(options),
    (output) => stack.up(output),
  );
  tellUp(root, ready, outputs);
  printResult({ stack: stack.name, ...outputs, changes });
}
