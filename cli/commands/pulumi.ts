import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { pulumiEnvironment, setUp } from "../setup";

/** Runs the Pulumi CLI that set-up chose, with the user's own arguments and terminal. */
export async function pulumi(root: string, args: readonly string[]): Promise<void> {
  const machine = await setUp(root, { redo: false });
  const { status } = spawnSync(join(machine.pulumi.bin, "pulumi"), args, {
    cwd: root,
    env: { ...process.env, ...pulumiEnvironment(machine.pulumi) },
    stdio: "inherit",
  });
  process.exitCode = status ?? 1;
}
