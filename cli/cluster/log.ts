import type { Readable } from "node:stream";
import { endOf, kubectl, KubectlError, startKubectl } from "../../config/cluster/kubectl";
import { toLogLine, type Log } from "../log";
import type { ClusterStack } from "../open-stack";
import { UserError } from "../user-error";
import { containerWords, describeLine, readPod } from "./pod";

const asked = ["logs", ...containerWords, "--timestamps"] as const;

/** A kubelet keeps some ten megabytes. */
const patienceSeconds = 120;

/** The log of a stack's pod; where its container was started again in it, with that of the one before. */
export function podLog(opened: ClusterStack): Log {
  const { cluster } = opened;
  const read = async (...more: readonly string[]) => {
    const log = await kubectl(cluster, [...asked, ...more], { patienceSeconds });
    return linesIn(log).map(toLogLine);
  };
  const refuse = (error: unknown): never => {
    if (!(error instanceof KubectlError)) throw error;
    throw new UserError(
      "KALISI-KUBERNETES-POD",
      `The pod's log cannot be read: ${error.said}.\nHow the pod is: ${describeLine(opened)}`,
    );
  };
  return {
    async history() {
      const { status } = await readPod(opened);
      const isRestarted = (status.containerStatuses?.[0]?.restartCount ?? 0) > 0;
      // It may be cleared away by now.
      const before = isRestarted ? await read("--previous").catch(() => []) : [];
      return [...before, ...(await read().catch(refuse))];
    },
    async follow(last, onLine) {
      // Whole seconds.
      const since = last === "" ? [] : [`--since-time=${last.replace(/\.\d+/, "")}`];
      const words = [...asked, "--follow", ...since];
      const child = startKubectl(cluster, words, ["ignore", "pipe", "pipe"]);
      const stop = () => child.kill();
      process.once("exit", stop);
      await endOf(cluster, child, async (output) => {
        await eachLine(output, (line) => {
          onLine(toLogLine(line));
        });
        return "";
      })
        .catch(refuse)
        .finally(() => process.off("exit", stop));
    },
  };
}

/** Each with its line end. Nothing else ends a line of a log: a carriage return is of its text. */
function linesIn(text: string): string[] {
  return text.split(/(?<=\n)/).filter((line) => line !== "");
}

async function eachLine(output: Readable, onLine: (line: string) => void): Promise<void> {
  let rest = "";
  for await (const chunk of output.setEncoding("utf8")) {
    const lines = linesIn(rest + String(chunk));
    rest = lines.at(-1)?.endsWith("\n") === true ? "" : (lines.pop() ?? "");
    lines.forEach(onLine);
  }
  if (rest !== "") onLine(rest);
}
