import { randomUUID } from "node:crypto";
import type { Duplex } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import type Docker from "dockerode";
import { framedText, readFrames } from "../../config/engine/frames";
import { openExec } from "../../config/engine/open-exec";

/** How a command in a container ended. */
export interface ExecResult {
  readonly code: number;
  readonly stdout: string;
}

/** Runs a command in a container as root, without a terminal and without input. */
export async function execIn(
  container: Docker.Container,
  command: readonly string[],
): Promise<ExecResult> {
  const exec = await container.exec({ Cmd: [...command], AttachStdout: true, AttachStderr: true });
  const { stdout } = await framedText(await exec.start({}));
  return { code: (await exec.inspect()).ExitCode ?? -1, stdout };
}

/**
 * Runs a command in a container as user kalisi in /workspace, with the user's own input, output and,
 * where there is one, terminal. The command ends with this process.
 *
 * @returns its exit code
 */
export async function execInteractively(
  container: Docker.Container,
  command: readonly string[],
): Promise<number> {
  const { stdin, stdout, stderr } = process;
  const isTerminal = stdin.isTTY && stdout.isTTY;
  const mark = randomUUID();
  const exec = await container.exec({
    // Gives it the environment that a login over SSH has, and becomes it: no shell sees its words.
    Cmd: ["as-kalisi", ...command],
    User: "kalisi",
    WorkingDir: "/workspace",
    Env: [`KALISI_EXEC=${mark}`, ...(isTerminal ? [`TERM=${process.env["TERM"] ?? "xterm"}`] : [])],
    Tty: isTerminal,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
  });
  const stream: Duplex & AsyncIterable<Buffer> = await exec.start({
    hijack: true,
    stdin: true,
    Tty: isTerminal,
  });
  // It has this process' end for its own.
  const guard = openExec(container, ["/usr/local/lib/kalisi/ends-with", mark]);
  guard.catch(() => undefined);
  const fit = () => void fitTerminal(exec, stream);
  if (isTerminal) {
    stdin.setRawMode(true);
    stdout.on("resize", fit);
    fit();
  }
  stdin.pipe(stream);
  try {
    if (isTerminal) {
      for await (const chunk of stream) stdout.write(chunk);
    } else {
      await readFrames(stream, (content, isError) => {
        (isError ? stderr : stdout).write(content);
      });
    }
  } finally {
    stdout.off("resize", fit);
    stdin.unpipe(stream);
    if (isTerminal) stdin.setRawMode(false);
    // Else a program that still waits for input would wait for more of it than anybody wants.
    stdin.destroy();
  }
  await guard.then(
    (open) => open.stream.end("done\n"),
    () => undefined,
  );
  return (await exec.inspect()).ExitCode ?? -1;
}

const resizePauseMilliseconds = 50;

/** The Engine refuses a size until the command has begun, which it does not wait for. */
async function fitTerminal(exec: Docker.Exec, stream: Duplex): Promise<void> {
  while (stream.readable) {
    try {
      await exec.resize({ h: process.stdout.rows, w: process.stdout.columns });
      return;
    } catch {
      await delay(resizePauseMilliseconds);
    }
  }
}
