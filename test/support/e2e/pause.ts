import type Docker from "dockerode";
import { eventually } from "../eventually";

/** Shorter than the time between two health checks of the image's. */
const quietMilliseconds = 2000;

/**
 * Pauses a container whose health check has just ended, so that the next one does not start meanwhile: what the Engine
 * starts in a container while it is being frozen may keep runc from that, and the Engine from its answer.
 *
 * @see https://github.com/opencontainers/runc/pull/2774
 */
export async function pauseContainer(container: Docker.Container): Promise<void> {
  await eventually(60, async () => {
    const { ExecIDs: running = [], State } = await container.inspect();
    // The Engine says null of none.
    const started = (running as readonly string[] | null)?.length ?? 0;
    if (started > 0) return `${started} programs that the Engine has started in it run`;
    const ended = Date.parse(State.Health?.Log.at(-1)?.End ?? "");
    return Date.now() - ended < quietMilliseconds ? undefined : "no health check has just ended";
  });
  await container.pause();
}
