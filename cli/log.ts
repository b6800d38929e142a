/** A line of a container's log. */
export interface LogLine {
  /** Always with nine digits after the second: sorts as text. */
  readonly time: string;
  /** With its line end. */
  readonly text: string;
}

/** Where a stack's log is read. */
export interface Log {
  /** All that there is. */
  readonly history: () => Promise<readonly LogLine[]>;
  /**
   * Goes on until the container ends.
   *
   * @param last the time from whose second on lines are sent, some of them again; empty: from the first one on
   */
  readonly follow: (last: string, onLine: (line: LogLine) => void) => Promise<void>;
}

/** @param line with its time before it, as an Engine and a kubelet write it */
export function toLogLine(line: string): LogLine {
  const at = line.indexOf(" ");
  return { time: line.slice(0, at), text: line.slice(at + 1) };
}
