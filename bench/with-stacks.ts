import { makeClone, type Clone } from "../test/support/e2e/clone";
import { Session } from "../test/support/e2e/session";
import { stackBeside } from "../test/support/e2e/stack";

/** Brings up a stack, by the prefix of its name. Its network's subnet is the Engine's choice by default. */
type BringUp = (prefix: string, subnet?: string) => Promise<Session>;

/**
 * Passes `work` a function that brings up stacks side by side, all of one fresh clone. Afterwards, all of them are removed.
 *
 * @param arrange what is done to the clone before
 */
export async function withStacks(
  work: (bringUp: BringUp) => Promise<void>,
  arrange: (clone: Clone) => void = () => undefined,
): Promise<void> {
  const clone = makeClone();
  arrange(clone);
  const stacks: Session[] = [];
  try {
    await work(async (prefix, subnet) => {
      const stack = new Session(await stackBeside(prefix), clone);
      // Even if it does not come up, what there is of it must go.
      stacks.push(stack);
      await stack.prepare();
      if (subnet !== undefined) await stack.set({ "kalisi:network.subnet": subnet });
      const { code, output } = await stack.start();
      if (code !== 0) throw new Error(output);
      return stack;
    });
  } finally {
    for (const stack of stacks.toReversed()) await stack.end();
  }
}
