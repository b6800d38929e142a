import Docker from "dockerode";

export type Verdict = "healthy" | "unhealthy" | "stopped" | "timeout";

/**
 * Waits until the Engine has a verdict on a container's health.
 *
 * @param timeoutSeconds how long at most
 */
export async function waitForVerdict(
  container: Docker.Container,
  timeoutSeconds: number,
): Promise<Verdict> {
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
