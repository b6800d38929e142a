import { spawn } from "node:child_process";

/** Runs a program to its end, its output shown as it comes; returns its exit code. */
export function spawnVisibly(
  root: string,
  program: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: root,
      env: { ...process.env, ...environment },
      stdio: ["ignore", "inherit", "inherit"],
    });
    child.once("error", reject);
    child.once("close", (code, signal) => {
      // A terminal's Ctrl-C goes to both, and this one may hear of it later.
      if (signal === "SIGINT") process.exit(130);
      resolve(code ?? 1);
    });
  });
}
