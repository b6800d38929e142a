import type Docker from "dockerode";
import { readFrames } from "../../config/engine/frames";
import { toLogLine, type Log, type LogLine } from "../log";

const asked = { stdout: true, stderr: true, timestamps: true } as const;

/** The log of a container, from its Engine. */
export function containerLog(container: Docker.Container): Log {
  return {
    async history() {
      const log = await container.logs(asked);
      const lines: LogLine[] = [];
      await readFrames(log, (content) => lines.push(toLogLine(content.toString())));
      return lines;
    },
    async follow(last, onLine) {
      // Whole seconds.
      const since = last === "" ? 0 : Math.floor(Date.parse(last) / 1000);
      const stream = await container.logs({ ...asked, follow: true, since });
      await readFrames(stream, (content) => {
        onLine(toLogLine(content.toString()));
      });
    },
  };
}
