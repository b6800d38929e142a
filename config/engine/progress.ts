import { createInterface } from "node:readline";

/** A line of the Engine's progress of a build, a pull or a push. */
export interface Progress {
  readonly status?: string;
  readonly id?: string;
  readonly error?: string;
  readonly aux?: unknown;
}

/** The lines of the Engine's progress, as they come. */
export async function* readProgress(output: NodeJS.ReadableStream): AsyncGenerator<Progress> {
  for await (const line of createInterface({ input: output })) {
    if (line.trim() !== "") {
      yield JSON.parse(line) as Progress;
    }
  }
}

/**
 * Reads the Engine's progress until it is done.
 *
 * @throws with the Engine's reason, which comes in the stream: the answer's status is long sent
 */
export async function follow(
  output: NodeJS.ReadableStream,
  show: (line: string) => void,
): Promise<readonly Progress[]> {
  const read: Progress[] = [];
  let shown = "";
  for await (const progress of readProgress(output)) {
    if (progress.error !== undefined) throw new Error(progress.error);
    read.push(progress);
    // A layer's bar moves many times a second under the same words.
    const words = [progress.id, progress.status].filter(Boolean).join(": ");
    if (words !== "" && words !== shown) show(words);
    shown = words;
  }
  return read;
}
