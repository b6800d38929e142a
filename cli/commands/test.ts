import { inspect } from "node:util";
import { Command } from "@commander-js/extra-typings";
import { checks, type Check, type Part } from "../checks";
import { failedWith, none, sumOf, type Outcome } from "../checks/outcome";
import { isInstalled } from "../process";
import { aptInstall, isDebianLike, isRoot } from "../setup/engine";
import { UsageError, UserError } from "../user-error";

/** A check's outcome, and the seconds that it took. */
interface Timed {
  readonly name: string;
  readonly outcome: Outcome;
  readonly seconds: number;
}

/** How many of the slowest test files, and of the slowest tests, are shown. */
const shownTimes = 10;

export const declare = (root: string) =>
  new Command("test")
    .description("every test, unit to end-to-end")
    .argument("[names...]", "the checks to run (default: all)")
    .action((names) => test(root, names));

/** Runs the named checks, or all of them; what failed is told once more at the end, and the last line counts. */
async function test(root: string, names: readonly string[]): Promise<void> {
  const known = checks.flatMap(({ parts }) => parts.map(({ name }) => name));
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new UsageError(
      "KALISI-OPTION-NAME",
      `There is no check ${unknown.join(", ")}.\nThere are: ${known.join(", ")}`,
    );
  }
  // The tree whose answers the tests know, whatever this machine's set-up would choose.
  process.env["KALISI_SOURCE"] = "examples/source";
  const done: Timed[] = [];
  for (const check of checks) {
    const parts = check.parts.filter(({ name }) => names.length === 0 || names.includes(name));
    if (parts.length > 0) {
      done.push(await runCheck(root, { ...check, parts }));
    }
  }
  showTimes(done);
  const { passed, failed, skipped, failures } = sumOf(done.map(({ outcome }) => outcome));
  for (const failure of failures) console.log(`\n${failure}`);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
  if (skipped > 0) console.log(`${skipped} skipped, for the reasons above`);
  console.log(`${passed} passed, ${failed} failed`);
}

async function runCheck(root: string, { parts, run }: Check): Promise<Timed> {
  const began = performance.now();
  const name = parts.map((part) => part.name).join(", ");
  console.log(`\n== ${name}`);
  const ready: string[] = [];
  for (const part of parts) {
    if (await hasWhatItNeeds(part)) ready.push(part.name);
  }
  const outcome = await outcomeOf(root, run, ready);
  return {
    name,
    outcome: {
      ...outcome,
      skipped: outcome.skipped + parts.length - ready.length,
      failures: outcome.failures.map((failure) => `failed: ${name}: ${failure}`),
    },
    seconds: (performance.now() - began) / 1000,
  };
}

async function outcomeOf(
  root: string,
  run: Check["run"],
  ready: readonly string[],
): Promise<Outcome> {
  if (ready.length === 0) {
    return none;
  }
  try {
    return await run(root, ready);
  } catch (error) {
    const reason = error instanceof UserError ? error.shown : inspect(error);
    console.error(reason);
    return failedWith(reason);
  }
}

async function hasWhatItNeeds({ name, needs }: Part): Promise<boolean> {
  if (needs === undefined || (await areInstalled(needs.commands)).includes(true)) {
    return true;
  }
  if (needs.package === undefined || !isRoot() || !isDebianLike()) {
    console.log(`skipped: ${name}: ${needs.commands.join(" or ")} is not installed`);
    return false;
  }
  await aptInstall([needs.package]);
  return true;
}

function areInstalled(commands: readonly string[]): Promise<readonly boolean[]> {
  return Promise.all(commands.map(isInstalled));
}

/** Says where the time went: by check, then the slowest test files and tests. */
function showTimes(done: readonly Timed[]): void {
  const times = done.flatMap(({ outcome }) => outcome.times);
  const slowest = (kind: "file" | "test") =>
    times
      .filter((time) => time.kind === kind)
      .sort((a, b) => b.seconds - a.seconds)
      .slice(0, shownTimes);
  const table = (
    title: string,
    rows: readonly { readonly name: string; readonly seconds: number }[],
  ) => {
    if (rows.length === 0) return;
    console.log(`\n${title}`);
    for (const { name, seconds } of rows) {
      console.log(`${seconds.toFixed(1).padStart(8)} s  ${name}`);
    }
  };
  table("Time by check", done);
  table("Slowest test files", slowest("file"));
  table("Slowest tests", slowest("test"));
  console.log("");
}
