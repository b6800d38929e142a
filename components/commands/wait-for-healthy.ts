import type Docker from "dockerode";
import { dockerClient } from "../../config/engine/client";
import { dockerCommand } from "../../config/engine/docker-command";
import { readFrames } from "../../config/engine/frames";
import { withCode } from "../../config/refusals";
import { requireVariable, runProgram } from "./program";
import { waitForVerdict, type Verdict } from "./verdict";

/** Here DOCKER_HOST is the stack's Engine, whatever it is in the user's shell. */
const environmentOfUser = { ...process.env, DOCKER_HOST: "" };

/** The last lines of the container's log that a failure shows. */
const logLines = 25;

runProgram(async () => {
  const name = requireVariable("KALISI_CONTAINER");
  const timeoutSeconds = Number(requireVariable("KALISI_TIMEOUT_SECONDS"));
  const docker = dockerClient(requireVariable("DOCKER_HOST"));
  const container = docker.getContainer(name);
  const stopReporting = await reportReadyServices(container);
  const verdict = await waitForVerdict(docker, name, timeoutSeconds).finally(stopReporting);
  if (verdict === "healthy") {
    console.log(`${name} is healthy`);
    return;
  }
  const code = verdict === "stopped" ? "KALISI-CONTAINER-STOPPED" : "KALISI-CONTAINER-UNHEALTHY";
  throw new Error(withCode(code, await explain(container, name, verdict, timeoutSeconds)));
});

/** Prints which service is ready as soon as start.sh does. Returns what ends that. */
async function reportReadyServices(container: Docker.Container): Promise<() => void> {
  const { State } = await container.inspect();
  const since = Math.floor(Date.parse(State.StartedAt) / 1000);
  const log = (await container.logs({
    follow: true,
    stdout: true,
    since,
  })) as NodeJS.ReadableStream & {
    destroy(): void;
  };
  readFrames(log, (content) => {
    const service = /^start\.sh: (\S+ is ready)$/m.exec(content.toString())?.[1];
    if (service !== undefined) console.log(service);
  }).catch(() => undefined);
  return () => {
    log.destroy();
  };
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
    (await linesOf(log)).trimEnd(),
    ...(check === "" ? [] : ["the last health check:", check]),
    `The container ${name} ${reason}. It was left as it is: ${dockerCommand(requireVariable("DOCKER_HOST"), `logs ${name}`, environmentOfUser)}`,
  ].join("\n");
}

/** Both streams in the order in which they were written. */
async function linesOf(log: Buffer): Promise<string> {
  const pieces: Buffer[] = [];
  await readFrames(log, (content) => pieces.push(content));
  return Buffer.concat(pieces).toString();
}
