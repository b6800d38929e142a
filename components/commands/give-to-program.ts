import { buffer } from "node:stream/consumers";
import { dockerClient } from "../../config/engine/client";
import { readFrames } from "../../config/engine/frames";
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
  const exec = await container.exec({
    Cmd: [program],
    User: "root",
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
  });
  const connection = await exec.start({ hijack: true, stdin: true });
  const output: Buffer[] = [];
  const reading = readFrames(connection, (content) => output.push(content));
  connection.end(input);
  await reading;
  const { ExitCode } = await exec.inspect();
  return { code: ExitCode, message: Buffer.concat(output).toString().trim() };
}
