import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Session } from "./session";

/**
 * The npm commands of a session's stack, as a program runs them: what they print for people is kept apart.
 *
 * @param userOf the session, once it is there
 */
export function commandsOf(userOf: () => Session) {
  /** Runs a command of the stack; its output is stdout alone. */
  function run(command: string, ...args: readonly string[]) {
    const user = userOf();
    const words = ["--stack", user.stack.name, ...args].map((word) => `'${word}'`);
    return user.sh(`npm run --silent ${command} -- ${words.join(" ")} 2>../stderr`);
  }

  /** Runs a command that reports in JSON. */
  async function runJson(command: string, ...args: readonly string[]) {
    const { code, output } = await run(command, "--json", ...args);
    return { code, result: JSON.parse(output) as Record<string, unknown> };
  }

  /** What the last command printed for people. */
  function said(): Promise<string> {
    return userOf()
      .sh("cat ../stderr")
      .then(({ output }) => output);
  }

  return { run, runJson, said };
}

/** Follows a stack's log, until it is interrupted; `ended` is the exit code then. */
export function followLogs({ stack, clone }: Session, ...args: readonly string[]) {
  const following = spawn(
    "node",
    ["cli/bootstrap.cjs", "logs", "--stack", stack.name, "-f", ...args],
    { cwd: clone.path, detached: true, stdio: ["ignore", "pipe", "inherit"] },
  );
  const ended = new Promise((resolve) => following.once("close", resolve));
  const lines = createInterface({ input: following.stdout })[Symbol.asyncIterator]();

  return {
    lines,
    ended,
    interrupt: () => {
      // As a terminal does: to the whole group.
      process.kill(-(following.pid ?? NaN), "SIGINT");
    },
  };
}
