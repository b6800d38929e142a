/** A step of a story, registered as a test. */
export type Step = (name: string, run: Run, milliseconds?: number) => void;

type Run = () => void | Promise<void>;

/**
 * Tests of a file that tell one story: each goes on from where the one before left the machine. Whichever is run
 * first, or alone, has those before it run first, each of them once and in their order. One that fails keeps no
 * other from going on, and is reported under its own name.
 *
 * What a step needs before it must be in a step as well, not in a hook of its `describe`.
 *
 * @param milliseconds how long a step may take that says nothing else
 * @param register what makes a test of a step
 */
export function story(
  milliseconds: number,
  register: (name: string, run: () => Promise<void>, milliseconds: number) => void = test,
): Step {
  const steps: (() => Promise<number>)[] = [];
  let total = 0;
  return (name, run, limit = milliseconds) => {
    const earlier = [...steps];
    const own = once(() => within(limit, name, () => assertionsOf(run)));
    steps.push(own);
    // It may have all the others to run.
    total += limit;
    register(
      name,
      async () => {
        for (const step of earlier) {
          await step().catch(() => undefined);
        }
        expect(await own()).toBeGreaterThan(0);
      },
      total,
    );
  };
}

function once<T>(run: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  return () => (running ??= run());
}

/** Runs a step; how many assertions it made, in whichever test it was run. */
async function assertionsOf(run: Run): Promise<number> {
  const before = expect.getState().assertionCalls;
  await run();
  return expect.getState().assertionCalls - before;
}

async function within<T>(limit: number, name: string, run: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`"${name}" takes longer than ${limit / 1000} s`));
    }, limit);
  });
  try {
    return await Promise.race([run(), late]);
  } finally {
    clearTimeout(timer);
  }
}
