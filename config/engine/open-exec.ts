import type { Duplex } from "node:stream";
import type Docker from "dockerode";

/** Starts a program in a container as root, with its standard input open. What it writes comes in frames: ./frames. */
export async function openExec(
  container: Docker.Container,
  command: readonly string[],
): Promise<{ readonly exec: Docker.Exec; readonly stream: Duplex }> {
  const exec = await container.exec({
    Cmd: [...command],
    User: "root",
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
  });
  return { exec, stream: await exec.start({ hijack: true, stdin: true }) };
}
