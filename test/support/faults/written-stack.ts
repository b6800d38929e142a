import { Session } from "../e2e/session";
import { stackBeside } from "../e2e/stack";
import { Writer } from "./writer";

const minutes = 60_000;

/** A stack as a user has it, and who writes to its stores all the time. */
export interface WrittenStack {
  readonly user: Session;
  readonly writer: Writer;
}

/**
 * Gives a test file a stack of its own that is up and written to.
 *
 * @returns what is there once the first test begins
 */
export function useWrittenStack(): WrittenStack {
  const stack = {} as WrittenStack;

  beforeAll(async () => {
    const user = new Session(await stackBeside("faults"));
    Object.assign(stack, { user });
    await user.prepare();
    await user.start();
    const writer = new Writer(user.stack.names.container, user.secrets().NEO4J_PASSWORD);
    Object.assign(stack, { writer });
  }, 30 * minutes);

  afterAll(async () => {
    await stack.writer.stop();
    await stack.user.end();
  });

  return stack;
}
