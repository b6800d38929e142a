import { randomInt } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import type { Outcome, TestTime } from "./outcome";
import { spawnVisibly } from "./spawn-visibly";

/** The part that is read of Jest's results: https://jestjs.io/docs/cli#--json */
interface JestResults {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numRuntimeErrorTestSuites: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly message: string;
    readonly status: string;
    /** In milliseconds, as are the others. */
    readonly startTime: number;
    readonly endTime: number;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly duration?: number | null;
    }[];
  }[];
}

/** What a run of tests may have of its own. */
interface Options {
  /** Beside this process' own. */
  readonly environment?: NodeJS.ProcessEnv;
  /** Each file's tests in another order each time, which a failure names. @default false */
  readonly randomize?: boolean;
}

/** Two test files at a time: most of them wait for containers, each for its own, more than they compute. */
export async function jest(
  root: string,
  selected: readonly string[],
  { environment = {}, randomize = false }: Options = {},
): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), "kalisi-test-"));
  const outputFile = join(folder, "results.json");
  try {
    const args = ["jest", "--ci", "--maxWorkers=2", "--json", `--outputFile=${outputFile}`];
    const order = randomize ? ["--randomize", `--seed=${randomInt(2 ** 31)}`] : [];
    const projects = ["--selectProjects", ...selected];
    await spawnVisibly(root, "npx", [...args, ...order, ...projects], environment);
    const results = JSON.parse(readFileSync(outputFile, "utf8")) as JestResults;
    return {
      passed: results.numPassedTests,
      failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
      skipped: results.numPendingTests,
      failures: results.testResults
        .filter(({ status }) => status === "failed")
        .map(({ name, message }) => {
          const file = relative(root, name);
          const again = randomize ? ` (again: npx jest ${order.join(" ")} ${file})` : "";
          return `${file}${again}\n${message}`;
        }),
      times: timesOf(root, results),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function timesOf(root: string, { testResults }: JestResults): readonly TestTime[] {
  return testResults.flatMap(({ name, startTime, endTime, assertionResults }) => {
    const file = relative(join(root, "test"), name).replace(/\.test\.ts$/, "");
    return [
      { kind: "file", name: file, seconds: (endTime - startTime) / 1000 },
      ...assertionResults.map(({ fullName, duration }) => ({
        kind: "test" as const,
        name: `${file}: ${fullName}`,
        seconds: (duration ?? 0) / 1000,
      })),
    ];
  });
}
