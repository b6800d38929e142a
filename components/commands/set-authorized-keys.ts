import { buffer } from "node:stream/consumers";
import { dockerClient } from "../../config/engine/client";
import { readFrames } from "../../config/engine/frames";
import { withCode } from "../../config/refusals";
import { requireVariable, runProgram } from "./program";

/** The image's own program: replaces the whole list in one step by the keys on stdin. */
const installKeys = "/usr/local/sbin/kalisi-authorized-keys";

runProgram(async () => {
  const docker = dockerClient(requireVariable("DOCKER_HOST"));
  const container = docker.getContainer(requireVariable("KALISI_CONTAINER"));
  const keys = await buffer(process.stdin);
  const exec = await container.exec({
    Cmd: [installKeys],
    User: "root",
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
  });
  const connection = await exec.start({ hijack: true, stdin: true });
  const output: Buffer[] = [];
  const reading = readFrames(connection, (content) => output.push(content));
  connection.end(keys);
  await reading;
  const { ExitCode } = await exec.inspect();
  const message = Buffer.concat(output).toString().trim();
  if (ExitCode !== 0) {
    throw new Error(
      withCode(
        "KALISI-KEY-INSTALL",
        `${installKeys} ended with exit code ${String(ExitCode)}: ${message}`,
      ),
    );
  }
  // The image's program prints how many there are.
  console.log(/^\d+$/.test(message) ? `keys that may log in: ${message}` : message);
});
