import { cloneId } from "../../config/engine/stack-owner";
import { chooseStack } from "../choose-stack";
import { readDeployed } from "../container/deployed";
import { findTools } from "../setup";
import type { OwnStack } from "./all-stacks";

/** All stacks of this clone, and what the clone is called in labels. */
export async function ownStacks(
  root: string,
): Promise<{ readonly stacks: readonly OwnStack[]; readonly clone: string }> {
  const tools = await findTools(root, { redo: false });
  const { existing, open } = await chooseStack(root, tools, undefined);
  const opened = await Promise.all(existing.map(open));
  const stacks = opened
    .flatMap((stack) => stack ?? [])
    .map(async (stack) => ({ name: stack.name, deployed: await readDeployed(stack) }));
  return { stacks: await Promise.all(stacks), clone: cloneId(tools.profile.digestKey) };
}
