import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import type Docker from "dockerode";
import type { DeployedStack } from "../container/deployed";
import { loadLogUpdate } from "../progress/log-update.cjs";
import { UsageError } from "../user-error";
import { containerLines } from "./lines";
import { lookNow } from "./now";

const intervalMilliseconds = 2000;

/**
 * Draws how a container is on the terminal, again and again, until Ctrl-C.
 *
 * @throws UsageError where there is no terminal
 */
export async function drawNow(
  docker: Docker,
  name: string,
  addresses: DeployedStack["addresses"],
): Promise<void> {
  if (!process.stdout.isTTY || process.env["TERM"] === "dumb") {
    throw new UsageError(
      "KALISI-OPTION-WRONG",
      "--watch draws on a terminal, and this is none: leave it out",
    );
  }
  const { createLogUpdate } = await loadLogUpdate();
  const draw = createLogUpdate(process.stdout);
  const ended = new AbortController();
  void once(process, "SIGINT").then(() => {
    ended.abort();
  });
  const look = async () => {
    const { container, inside, usage } = await lookNow(docker, name);
    const width = Math.max(process.stdout.columns - 1, 1);
    const lines = containerLines(container, inside, addresses, usage);
    draw(lines.map((line) => line.slice(0, width)).join("\n"));
  };
  try {
    while (!ended.signal.aborted) {
      await look();
      await delay(intervalMilliseconds, undefined, { signal: ended.signal });
    }
  } catch (error) {
    if (!ended.signal.aborted) throw error;
  } finally {
    draw.done();
  }
}
