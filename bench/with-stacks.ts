import { makeClone } from "../test/support/e2e/clone";
import { Session } from "../test/support/e2e/session";
import { stackBeside } from "../test/support/e2e/stack";

/**
 * Passes `work` a function that brings up stacks side by side, all of one fresh clone, each by the prefix of its name.
 * Afterwards, all of them are removed.
 */
export async function withStacks(
  work: (bringUp: (prefix: string) => Promise<Session>) => Promise<void>,
): Promise<void> {
  const clone = makeClone();
  const stacks: Session[] = [];
  try {
    await work(async (prefix) => {
      const stack = new Session(await stackBeside(prefix), clone);
      // Even if it does not come up, what there is of it must go.
      stacks.push(stack);
      await stack.prepare();
      const { code, output } = await stack.start();
      if (code !== 0) throw new Error(output);
      return stack;
    });
  } finally {
    for (const stack of stacks.toReversed()) await stack.end();
  }
}
