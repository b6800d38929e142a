import { spawn, type SpawnOptions } from "node:child_process";
import { withoutPassword } from "../config/quote";
import { startHeartbeat } from "./progress/heartbeat";
import { UserError } from "./user-error";

export interface RunOptions extends SpawnOptions {
  /** Said every half minute while the command runs, so that a long step shows it is alive. */
  readonly label?: string;
}

/** How many of a failed command's last lines its error shows. */
const shownLines = 15;

/**
 * Runs a command to its end, silently.
 *
 * @returns what it wrote to stdout
 * @throws UserError with the command's last lines when it fails
 */
export function run(
  command: string,
  args: readonly string[],
  { label, ...options }: RunOptions = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    const output = { stdout: "", both: "" };
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output.stdout += text;
      output.both += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      output.both += text;
    });
    const stopHeartbeat = startHeartbeat(label);
    const failWith = (reason: string) => {
      const tail = output.both.trim().split("\n").slice(-shownLines).join("\n");
      reject(
        new UserError(
          "KALISI-PROGRAM-FAILED",
          // What a program says of a proxy or a remote may have its password.
          withoutPassword([tail, `${command} ${args[0] ?? ""}: ${reason}`].join("\n").trim()),
        ),
      );
    };
    child.once("error", (error) => {
      stopHeartbeat();
      failWith(error.message);
    });
    child.once("close", (code, signal) => {
      stopHeartbeat();
      if (code === 0) {
        resolve(output.stdout);
      } else {
        failWith(code === null ? `ended by ${String(signal)}` : `exit code ${code}`);
      }
    });
  });
}

/** Whether a command can be found on PATH. */
export async function isInstalled(command: string): Promise<boolean> {
  return run("sh", ["-c", 'command -v -- "$1"', "sh", command]).then(
    () => true,
    () => false,
  );
}

/** Whether there is a process of this number on this machine, whoever's it is. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Any other answer is that it is another user's.
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
