import { inspect } from "node:util";
import { checks, skipped, type Check, type Outcome } from "../checks";
import { isInstalled } from "../process";
import { aptInstall, isDebianLike, isRoot } from "../setup/engine";
import { UsageError, UserError } from "../user-error";

/** Runs the named checks, or all of them; what failed is told once more at the end, and the last line counts. */
export async function test(root: string, names: readonly string[]): Promise<void> {
  const unknown = names.filter((name) => !checks.some((check) => check.name === name));
  if (unknown.length > 0) {
    throw new UsageError(
      `There is no check ${unknown.join(", ")}.\nThere are: ${checks.map(({ name }) => name).join(", ")}`,
    );
  }
  // The tree whose answers the tests know, whatever this machine's set-up would choose.
  process.env["KALISI_SOURCE"] = "examples/source";
  const outcomes: Outcome[] = [];
  for (const check of checks) {
    if (names.length === 0 || names.includes(check.name)) {
      outcomes.push(await runCheck(root, check));
    }
  }
  const sum = (key: "passed" | "failed" | "skipped") =>
    outcomes.reduce((total, outcome) => total + outcome[key], 0);
  for (const failure of outcomes.flatMap(({ failures }) => failures)) console.log(`\n${failure}`);
  process.exitCode = sum("failed") === 0 && sum("passed") > 0 ? 0 : 1;
  if (sum("skipped") > 0) console.log(`${sum("skipped")} skipped, for the reasons above`);
  console.log(`${sum("passed")} passed, ${sum("failed")} failed`);
}

async function runCheck(root: string, check: Check): Promise<Outcome> {
  console.log(`\n== ${check.name}`);
  const { needs } = check;
  if (needs !== undefined && !(await areInstalled(needs.commands)).includes(true)) {
    if (needs.package === undefined || !isRoot() || !isDebianLike()) {
      console.log(`skipped: ${needs.commands.join(" or ")} is not installed`);
      return skipped;
    }
    await aptInstall([needs.package]);
  }
  const outcome = await check.run(root).catch((error: unknown): Outcome => {
    const reason = error instanceof UserError ? error.message : inspect(error);
    console.error(reason);
    return { passed: 0, failed: 1, skipped: 0, failures: [reason] };
  });
  const failures = outcome.failures.map((failure) => `failed: ${check.name}: ${failure}`);
  return { ...outcome, failures };
}

function areInstalled(commands: readonly string[]): Promise<readonly boolean[]> {
  return Promise.all(commands.map(isInstalled));
}
