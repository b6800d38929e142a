import type { Duplex, Readable } from "node:stream";
import type Docker from "dockerode";
import { readFrames } from "../../config/engine/frames";
import { openExec } from "../../config/engine/open-exec";
import type { RefusalCode } from "../../config/refusals";
import { UserError } from "../user-error";

/** How many of a failed program's last lines its error shows. */
const shownLines = 5;

/** What is moved in or out of a container, and what an error about it begins with. */
interface Transfer {
  readonly command: readonly string[];
  readonly code: RefusalCode;
  readonly failure: string;
  /** What its last line says, where there is something to do. */
  readonly fix?: string;
}

/**
 * Runs a program in a container as root, and takes what it writes. Its standard input is open until it ends, or until
 * this process does.
 *
 * @param take must be done with each piece when it returns
 * @returns its last line on standard error
 * @throws UserError with its last lines where it fails
 */
export async function takeFrom(
  container: Docker.Container,
  transfer: Transfer,
  take: (content: Buffer) => void,
): Promise<string> {
  const { exec, stream } = await openExec(container, transfer.command);
  try {
    return await conclude(exec, await listen(stream, take), transfer);
  } finally {
    // Also where nothing more is wanted of it.
    stream.destroy();
  }
}

/** The same for what a program reads; returns what it writes. */
export async function giveTo(
  container: Docker.Container,
  transfer: Transfer,
  source?: Readable,
): Promise<string> {
  const { exec, stream } = await openExec(container, transfer.command);
  let output = "";
  // A program that ends early is no longer written to; its exit code tells.
  stream.on("error", () => source?.destroy());
  const listening = listen(stream, (content) => {
    output += content.toString();
  });
  if (source === undefined) stream.end();
  else source.pipe(stream);
  const said = await listening;
  await conclude(exec, said, transfer);
  return output;
}

/** @returns what came on standard error */
async function listen(stream: Duplex, take: (content: Buffer) => void): Promise<string> {
  let said = "";
  await readFrames(stream, (content, isError) => {
    if (isError) said = (said + content.toString()).slice(-10_000);
    else take(content);
  });
  return said;
}

async function conclude(
  exec: Docker.Exec,
  said: string,
  { code, failure, fix }: Transfer,
): Promise<string> {
  const lines = said.trim().split("\n");
  const { ExitCode } = await exec.inspect();
  if (ExitCode !== 0) {
    throw new UserError(
      code,
      [
        `${failure} (exit code ${String(ExitCode)}):`,
        ...lines.slice(-shownLines),
        ...(fix === undefined ? [] : [fix]),
      ].join("\n"),
    );
  }
  return lines.at(-1) ?? "";
}
