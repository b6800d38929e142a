import Docker from "dockerode";
import { requireVariable, runProgram } from "./program";

/** The last lines of the container's log that a failure shows. */
const logLines = 25;

type Verdict = "healthy" | "unhealthy" | "stopped" | "timeout";

runProgram(async () => {
  const name = requireVariable("KALISI_CONTAINER");
  const timeoutSeconds = Number(requireVariable("KALISI_TIMEOUT_SECONDS"));
  const container = new Docker().getContainer(name);
  const verdict = await waitForVerdict(container, timeoutSeconds);
  if (verdict === "healthy") {
    console.log(`${name} is healthy`);
    return;
  }
  throw new Error(await explain(container, name, verdict, timeoutSeconds));
});

async function waitForVerdict(container: Docker.Container, timeoutSeconds: number) {
  const docker = new Docker();
  // Subscribed before the first look, so that no change falls between.
  const events = (await docker.getEvents({
    filters: { container: [container.id], event: ["health_status", "die"] },
  })) as NodeJS.ReadableStream & { destroy(): void };
  const deadline = setTimeout(() => {
    events.destroy();
  }, timeoutSeconds * 1000);
  try {
    let verdict = await look(container);
    const changes = events[Symbol.asyncIterator]();
    while (verdict === undefined && (await changes.next()).done !== true) {
      verdict = await look(container);
    }
    return verdict ?? "timeout";
  } catch (error) {
    // The deadline's destroy ends the wait above with this error.
    if ((error as NodeJS.ErrnoException).code === "ERR_STREAM_PREMATURE_CLOSE") {
      return "timeout";
    }
    throw error;
  } finally {
    clearTimeout(deadline);
    events.destroy();
  }
}

async function look(container: Docker.Container): Promise<Verdict | undefined> {
  const { State } = await container.inspect();
  if (!State.Running || State.Restarting) {
    return "stopped";
  }
  const status = State.Health?.Status;
  return status === "healthy" || status === "unhealthy" ? status : undefined;
}

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
