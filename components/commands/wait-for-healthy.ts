import Docker from "dockerode";
import { requireVariable, runProgram } from "./program";
import { waitForVerdict, type Verdict } from "./verdict";

/** The last lines of the container's log that a failure shows. */
const logLines = 25;

runProgram(async () => {
  const name = requireVariable("KALISI_CONTAINER");
  const timeoutSeconds = Number(requireVariable("KALISI_TIMEOUT_SECONDS"));
  const docker = new Docker();
  const verdict = await waitForVerdict(docker, name, timeoutSeconds);
  if (verdict === "healthy") {
    console.log(`${name} is healthy`);
    return;
  }
  throw new Error(await explain(docker.getContainer(name), name, verdict, timeoutSeconds));
});

async function explain(
  container: Docker.Container,
  name: string,
  verdict: Verdict,
  timeoutSeconds: number,
): Promise<string> {
  const { State } = await container.inspect();
  const log = await container.logs({ stdout: true, stderr: true, tail: logLines });
  const reason = {
    healthy: "is healthy",
    unhealthy: "is unhealthy",
    stopped: `stopped with exit code ${State.ExitCode}`,
    timeout: `was not healthy after ${timeoutSeconds} s`,
  }[verdict];
  const check = State.Health?.Log.at(-1)?.Output.trim() ?? "";
  return [
    `the last ${logLines} lines of ${name}'s log:`,
    demultiplex(log),
    ...(check === "" ? [] : ["the last health check:", check]),
    `The container ${name} ${reason}. It was left as it is: docker logs ${name}`,
  ].join("\n");
}

// Without a terminal the Engine frames each chunk: stream type, three zeroes, length, payload.
// https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerAttach
function demultiplex(framed: Buffer): string {
  let text = "";
  for (let at = 0; at + 8 <= framed.length;) {
    const end = at + 8 + framed.readUInt32BE(at + 4);
    text += framed.toString("utf8", at + 8, end);
    at = end;
  }
  return text.trimEnd();
}
