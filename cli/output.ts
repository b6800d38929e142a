// A command prints how it goes with `print`, for people, and how it ended with `printResult`, for programs.
let stream: NodeJS.WriteStream = process.stdout;

/** Leaves stdout to the result alone: from now on progress goes to stderr. */
export function reserveStdout(): void {
  stream = process.stderr;
}

/** Whether the user asked for a result that programs can read. */
export function isStdoutReserved(): boolean {
  return stream !== process.stdout;
}

/** Where lines for people go. */
export function progress(): NodeJS.WriteStream {
  return stream;
}

/** Prints a line for people. */
export function print(line: string): void {
  stream.write(`${line}\n`);
}

/** Writes a command's result for programs, as one line, where they were promised one. */
export function printResult(result: Readonly<Record<string, unknown>>): void {
  if (isStdoutReserved()) {
    process.stdout.write(`${JSON.stringify(result)}\n`);
  }
}
