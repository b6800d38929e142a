import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { isatty } from "node:tty";
import { startKubectl } from "../../config/cluster/kubectl";
import type { ClusterStack } from "../open-stack";
import { UserError } from "../user-error";
import { ExitLine } from "./exit-line";
import { containerWords, describeLine, refuseDown } from "./pod";

/**
 * Runs a command in a stack's pod as user kalisi in /workspace, with the user's own input, output and, where there is one,
 * terminal. The command ends with this process.
 *
 * @returns its exit code
 * @throws UserError where it could not be run, or the connection to it was lost
 */
export async function execInteractivelyInPod(
  opened: ClusterStack,
  command: readonly string[],
): Promise<number> {
  await refuseDown(opened);
  const { cluster } = opened;
  const isTerminal = isatty(0) && isatty(1);
  const mark = randomUUID();
  const guard = guardExec(opened, mark);
  const exec = startKubectl(
    cluster,
    [
      ...["exec", ...containerWords, "--stdin", ...(isTerminal ? ["--tty"] : []), "--"],
      // As root, who gives that up: no program is looked up in a folder that kalisi can write to.
      ...["/usr/bin/env", `KALISI_EXEC=${mark}`],
      ...(isTerminal ? [`TERM=${process.env["TERM"] ?? "xterm"}`] : []),
      ...["/usr/local/bin/as-kalisi", ...command],
    ],
    ["inherit", "inherit", "pipe"],
  );
  const exit = new ExitLine();
  exec.stderr?.pipe(exit).pipe(process.stderr, { end: false });
  const ended = Promise.all([once(exec, "close"), once(exit, "close")]);
  const [[code]] = (await ended) as [[code: number | null], unknown];
  guard.end();
  if (code === 0) return 0;
  if (exit.code !== undefined) return exit.code;
  throw new UserError(
    "KALISI-KUBERNETES-POD",
    `kubectl has ended with exit code ${String(code)}, see above.\nHow the pod is: ${describeLine(opened)}`,
  );
}

/** Has what begins with a mark end when this process does: a kubelet ends nothing when its user is gone. */
function guardExec({ cluster }: ClusterStack, mark: string): { readonly end: () => void } {
  const program = ["/usr/local/lib/kalisi/ends-with", mark];
  const guard = startKubectl(
    cluster,
    ["exec", ...containerWords, "--stdin", "--", ...program],
    ["pipe", "ignore", "ignore"],
  );
  guard.on("error", () => undefined);
  guard.stdin?.on("error", () => undefined);
  return {
    end: () => {
      guard.stdin?.end("done\n", () => {
        guard.unref();
      });
    },
  };
}
