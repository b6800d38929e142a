import type Docker from "dockerode";

type State = Docker.ContainerInspectInfo["State"];

export type Verdict = "healthy" | "unhealthy" | "stopped" | "timeout";

/** The health check's line for a start that failed: only a start.sh by hand starts what is missing. */
const startFailed = /^start\.sh: exited with status /m;

/**
 * Waits until the Engine has a verdict on a container's health, or its start has failed: the Engine counts
 * no failure before the start period is over. A failure that was known before this call is checked again
 * with the next health check: it may just have been fixed.
 *
 * @param timeoutSeconds how long at most
 * @throws Error where the Engine ends its events before that
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
  const late = new AbortController();
  const deadline = setTimeout(() => {
    late.abort();
    events.destroy();
  }, timeoutSeconds * 1000);
  try {
    const { State: first } = await container.inspect();
    const known = first.Health?.Log.at(-1)?.Start;
    let verdict = verdictOf(first, known);
    const changes = events[Symbol.asyncIterator]();
    while (verdict === undefined && (await changes.next()).done !== true) {
      verdict = verdictOf((await container.inspect()).State, known);
    }
    if (verdict !== undefined) return verdict;
    // The end of an Engine's life is one of its events' as well.
    throw new Error("the connection to the Engine was lost");
  } catch (error) {
    // The deadline's destroy ends the wait above with an error.
    if (late.signal.aborted) return "timeout";
    throw error;
  } finally {
    clearTimeout(deadline);
    events.destroy();
  }
}

/** @param known when the check began whose failure is known already */
function verdictOf(state: State, known: string | undefined): Verdict | undefined {
  if (!state.Running || state.Restarting) {
    return "stopped";
  }
  const { Log: log = [], Status: status } = state.Health ?? {};
  if (status === "healthy") {
    return status;
  }
  const last = log.at(-1);
  // The Engine keeps the answers from before a restart.
  return last !== undefined &&
    last.Start !== known &&
    Date.parse(last.Start) > Date.parse(state.StartedAt) &&
    (status === "unhealthy" || startFailed.test(last.Output))
    ? "unhealthy"
    : undefined;
}
