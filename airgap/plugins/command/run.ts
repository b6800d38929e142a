import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Context } from "../resource";
import { stringMap, strings, text, type Props } from "../values";

export interface Output {
  stdout: string;
  stderr: string;
}

function environment(inputs: Props, previous: Partial<Output>): NodeJS.ProcessEnv {
  const passOn = inputs["addPreviousOutputInEnv"] !== false;
  return {
    ...process.env,
    ...stringMap(inputs["environment"]),
    ...(passOn && previous.stdout ? { PULUMI_COMMAND_STDOUT: previous.stdout } : {}),
    ...(passOn && previous.stderr ? { PULUMI_COMMAND_STDERR: previous.stderr } : {}),
  };
}

function logged(inputs: Props, stream: "stdout" | "stderr"): boolean {
  const logging = text(inputs["logging"]) ?? "stdoutAndStderr";
  return logging === stream || logging === "stdoutAndStderr";
}

/** Runs one command line of a Command as the official plugin does, and returns what it printed. */
export function run(
  command: string,
  inputs: Props,
  previous: Partial<Output>,
  context: Context,
): Promise<Output> {
  const interpreter = strings(inputs["interpreter"]);
  const [program = "/bin/sh", ...args] = interpreter.length > 0 ? interpreter : ["/bin/sh", "-c"];
  const child = spawn(program, [...args, command], {
    cwd: text(inputs["dir"]) ?? process.cwd(),
    env: environment(inputs, previous),
    signal: context.signal,
  });
  const printed = { stdout: "", stderr: "", both: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].setEncoding("utf8").on("data", (chunk: string) => {
      printed[stream] += chunk;
      printed.both += chunk;
    });
    if (logged(inputs, stream)) {
      createInterface({ input: child[stream] }).on("line", (line) => {
        context.status(line);
      });
    }
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
      if (code !== 0) fail(signal ? `signal: ${signal}` : `exit status ${code}`);
      else resolve({ stdout: chomp(printed.stdout), stderr: chomp(printed.stderr) });
    });
  });
}

function chomp(output: string): string {
  return output.endsWith("\n") ? output.slice(0, -1) : output;
}
