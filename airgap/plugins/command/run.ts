import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Context } from "../resource";
import { stringMap, text, type Props } from "../values";

/** What a command printed, without the last line's end. */
export interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a line of a Command's as the official plugin does.
 *
 * @throws with how it ended and all that it printed, unless it ended with 0
 */
export function run(line: "create" | "delete", inputs: Props, context: Context): Promise<Output> {
  const command = text(inputs[line]) ?? "";
  const child = spawn("/bin/sh", ["-c", command], {
    env: { ...process.env, ...stringMap(inputs["environment"]) },
    signal: context.signal,
  });
  const printed = { stdout: "", stderr: "", both: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].setEncoding("utf8").on("data", (chunk: string) => {
      printed[stream] += chunk;
      printed.both += chunk;
    });
    createInterface({ input: child[stream] }).on("line", (line) => {
      context.status(line);
    });
  }
  // A command may end without reading what it is given.
  child.stdin.on("error", () => undefined).end(text(inputs["stdin"]) ?? "");
  return new Promise((resolve, reject) => {
    const fail = (why: string) => {
      reject(new Error(`${why}: running ${JSON.stringify(command)}:\n${printed.both}`));
    };
    child.on("error", (error) => {
      fail(error.message);
    });
    child.on("close", (code, signal) => {
      if (code !== 0) {
        fail(signal ? `signal: ${signal}` : `exit status ${code}`);
      } else {
        resolve({ stdout: chomp(printed.stdout), stderr: chomp(printed.stderr) });
      }
    });
  });
}

function chomp(output: string): string {
  return output.endsWith("\n") ? output.slice(0, -1) : output;
}
