/** How many of a check's tests went well, went wrong, or were left out for a printed reason. */
export interface Outcome {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** What went wrong, to be read without a search through the whole output. */
  readonly failures: readonly string[];
  /** How long each test file took, and each test in it. */
  readonly times: readonly TestTime[];
}

/** In seconds. */
export interface TestTime {
  readonly kind: "file" | "test";
  readonly name: string;
  readonly seconds: number;
}

export const none: Outcome = { passed: 0, failed: 0, skipped: 0, failures: [], times: [] };

export const skipped: Outcome = { ...none, skipped: 1 };

/** Of several that were asked for at the same time. */
export function sumOf(outcomes: readonly Outcome[]): Outcome {
  return outcomes.reduce(
    (sum, { passed, failed, skipped, failures, times }) => ({
      passed: sum.passed + passed,
      failed: sum.failed + failed,
      skipped: sum.skipped + skipped,
      failures: [...sum.failures, ...failures],
      times: [...sum.times, ...times],
    }),
    none,
  );
}

export function failedWith(reason: string): Outcome {
  return { ...none, failed: 1, failures: [reason] };
}
