import { spawn } from "node:child_process";
import { join } from "node:path";

export const root = join(__dirname, "..");

/** Where a shell line is run. */
export interface Where {
  /** @default the project's root */
  readonly cwd?: string;
  /** In addition to this process's own. */
  readonly env?: Readonly<Record<string, string>>;
}

/** How a command ended, and when its output first matched each pattern. */
export interface Ended {
  readonly code: number;
  readonly output: string;
  /** Seconds from the start until the output first matched, pattern by pattern; NaN: it never did. */
  readonly said: readonly number[];
}

/** Runs a shell line with the Pulumi that set-up chose. */
export function sh(
  line: string,
  { cwd = root, env = {} }: Where = {},
  ...patterns: readonly RegExp[]
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const child = spawn("sh", ["-c", `. '${join(root, ".kalisi", "activate")}' && ${line} 2>&1`], {
      cwd,
      env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true", ...env },
      stdio: ["ignore", "pipe", "inherit"],
    });
    let output = "";
    const said = patterns.map(() => NaN);
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      output += chunk;
      patterns.forEach((pattern, at) => {
        if (Number.isNaN(said[at]) && pattern.test(output)) {
          said[at] = (performance.now() - began) / 1000;
        }
      });
    });
    child.once("error", reject);
    child.once("close", (code) => {
      resolve({ code: code ?? -1, output, said });
    });
  });
}

/** Runs a shell line that must change nothing. */
export async function noOp(line: string, where?: Where): Promise<void> {
  const { code, output } = await sh(line, where);
  if (code !== 0 || !/Resources:\s+\d+ unchanged/.test(output)) {
    throw new Error(`${line} was no no-op:\n${output}`);
  }
}
