import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { pulumiEnvironment, setUp } from "../setup";
import { report } from "../setup/report";
import { ensureSource } from "../setup/source";
import { findStack } from "../stack";
import { readStackConfig } from "../stack-config";

/** Runs the Pulumi CLI that set-up chose, with the user's own arguments and terminal. */
export async function pulumi(root: string, args: readonly string[]): Promise<void> {
  const machine = await setUp(root, { redo: false });
  // For a source tree that has to be cloned yet. What is wrong with the configuration is no matter here:
  // this may be the command that mends it.
  const config = await findStack(root, machine, {})
    .then((stack) => readStackConfig(stack, machine.profile))
    .catch(() => undefined);
  if (config !== undefined) {
    await ensureSource(root, config, report);
  }
  const { status } = spawnSync(join(machine.pulumi.bin, "pulumi"), args, {
    cwd: root,
    env: { ...process.env, ...pulumiEnvironment(machine.pulumi) },
    stdio: "inherit",
  });
  process.exitCode = status ?? 1;
}
