import { buffer } from "node:stream/consumers";
import { dockerClient } from "../../config/engine/client";
import { readFrames } from "../../config/engine/frames";
import { openExec } from "../../config/engine/open-exec";
import { requireVariable } from "./program";

/** How a program in the container ended. */
export interface Ended {
  readonly code: number | null;
  /** What it printed, on both streams. */
  readonly message: string;
}

/**
 * Runs a program of the image as root in the stack's container, with this process's standard input.
 *
 * @param program its path
 */
export async function giveToProgram(program: string): Promise<Ended> {
  const docker = dockerClient(requireVariable("DOCKER_HOST"));
  const container = docker.getContainer(requireVariable("KALISI_CONTAINER"));
  const input = await buffer(process.stdin);
  const { exec, stream } = await openExec(container, [program]);
  const output: Buffer[] = [];
  const reading = readFrames(stream, (content) => output.push(content));
  stream.end(input);
  await reading;
  const { ExitCode } = await exec.inspect();
  return { code: ExitCode, message: Buffer.concat(output).toString().trim() };
}
