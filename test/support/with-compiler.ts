import { execFileSync } from "node:child_process";
import { join } from "node:path";

const root = join(__dirname, "..", "..");

/** Node's arguments that run a text of CommonJS as the CLI is run: jest itself imports no ES modules. */
export const withCompiler = (program: string): readonly string[] => [
  "--require",
  join(root, "compile.cjs"),
  "--eval",
  program,
];

/** Runs a program in a process of its own, in the project's root; what it writes to stdout. */
export function runWithCompiler(program: string, ...args: readonly string[]): string {
  return execFileSync(process.execPath, [...withCompiler(program), ...args], {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
}
