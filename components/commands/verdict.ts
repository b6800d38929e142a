import type Docker from "dockerode";

export type Verdict = "healthy" | "unhealthy" | "stopped" | "timeout";

/** The health check's line for a start that failed: nothing starts what is missing but a user's own start.sh. */
const startFailed = /^start\.sh: exited with status /m;

/**
 * Waits until the Engine has a verdict on a container's health, or its start has failed: the Engine takes
 * no failure for one before the start period is over.
 *
 * @param timeoutSeconds how long at most
 */
export async function waitForVerdict(
  docker: Docker,
  name: string,
  timeoutSeconds: number,
): Promise<Verdict> {
  const container = docker.getContainer(name);
  // Subscribed before the first look, so that no change falls between.
  const events = (await docker.getEvents({
    filters: { container: [name], event: ["health_status", "exec_die", "die"] },
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
  const { Log: log = [], Status: status } = State.Health ?? {};
  if (status === "healthy" || status === "unhealthy") {
    return status;
  }
  const last = log.at(-1);
  // The Engine keeps the answers from before a restart.
  return last !== undefined &&
    Date.parse(last.Start) > Date.parse(State.StartedAt) &&
    startFailed.test(last.Output)
    ? "unhealthy"
    : undefined;
}
