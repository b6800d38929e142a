import { clusterNames } from "../../config/cluster/cluster-names";
import {
  kubectl,
  KubectlError,
  kubectlLine,
  type ClusterPlace,
} from "../../config/cluster/kubectl";
import { withCode } from "../../config/refusals";
import { placeFromEnvironment } from "./cluster-place";
import { waitForPod, type PodVerdict } from "./pod-verdict";
import { requireVariable, runProgram } from "./program";

/** The last lines of the container's log that a failure shows. */
const logLines = 25;

runProgram(async () => {
  const place = placeFromEnvironment();
  const timeoutSeconds = Number(requireVariable("KALISI_TIMEOUT_SECONDS"));
  const verdict = await waitForPod(place, timeoutSeconds, (line) => {
    console.log(line);
  });
  if (verdict.kind === "ready") {
    console.log(`${clusterNames.pod} is ready on node ${verdict.node}`);
    return;
  }
  const code =
    verdict.kind === "hindered" ? "KALISI-KUBERNETES-HINDERED" : "KALISI-CONTAINER-UNHEALTHY";
  throw new Error(withCode(code, await explain(place, verdict)));
});

async function explain(
  place: ClusterPlace,
  { kind, reason }: Exclude<PodVerdict, { kind: "ready" }>,
): Promise<string> {
  const end = `The pod ${clusterNames.pod} in namespace ${place.namespace} is not ready: ${reason}. It was left as it is: ${kubectlLine(place, `describe pod ${clusterNames.pod}`)}`;
  if (kind === "hindered") return end;
  const [log, check] = await Promise.all([
    said(place, ["logs", clusterNames.pod, `--tail=${logLines}`]),
    said(place, ["exec", clusterNames.pod, "--", "/usr/local/bin/kalisi-health"]),
  ]);
  return [
    `the last ${logLines} lines of ${clusterNames.pod}'s log:`,
    log.trimEnd(),
    "a health check now:",
    check.trimEnd(),
    end,
  ].join("\n");
}

/** What kubectl prints; where it fails, with the reason. */
function said(place: ClusterPlace, words: readonly string[]): Promise<string> {
  return kubectl(place, words).catch((error: unknown) =>
    error instanceof KubectlError ? `${error.output}${error.said}` : String(error),
  );
}
