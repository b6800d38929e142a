// What the benchmarks share.

/** How long something took, in seconds. */
export async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

/** The number of rounds that the command line asks for. */
export function roundsOr(rounds: number): number {
  return Number(process.argv[2] ?? rounds);
}

/**
 * Runs the tasks alternately, so that a slow minute of the machine affects all of them. Each returns the seconds
 * that it took; the result is the median of each.
 */
export async function inTurns<Name extends string>(
  rounds: number,
  works: Readonly<Record<Name, () => Promise<number>>>,
): Promise<Readonly<Record<Name, number>>> {
  const named = Object.entries(works) as [Name, () => Promise<number>][];
  const taken = new Map<Name, number[]>(named.map(([name]) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, work] of named) {
      taken.get(name)?.push(await work());
    }
  }
  const medians = [...taken].map(([name, seconds]) => [name, median(seconds)]);
  return Object.fromEntries(medians) as Record<Name, number>;
}
