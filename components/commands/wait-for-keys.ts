import { clusterNames, keysInContainer } from "../../config/cluster/cluster-names";
import { kubectl, readIfThere, KubectlError } from "../../config/cluster/kubectl";
import type { Pod } from "../../config/cluster/objects";
import { withCode } from "../../config/refusals";
import { placeFromEnvironment } from "./cluster-place";
import { requireVariable, runProgram } from "./program";

/** A kubelet brings an edit to the pod within about a minute and a half: its sync period and its cache's. */
const patienceSeconds = 180;

/** Nothing tells of the edit inside: it is looked for, and the pod's own shell does that without a way back and forth. */
const look = `until printf '%s  %s\\n' "$0" ${keysInContainer} | sha256sum --check --status; do sleep 1; done`;

runProgram(async () => {
  const place = placeFromEnvironment();
  const digest = requireVariable("KALISI_KEYS_DIGEST");
  const pod = await readIfThere<Pod>(place, ["get", "pod", clusterNames.pod]);
  if (pod?.status.containerStatuses?.[0]?.state?.running === undefined) {
    console.log("no pod is running: the next one begins with these keys");
    return;
  }
  const program = ["timeout", String(patienceSeconds), "bash", "-c", look, digest];
  await kubectl(place, ["exec", clusterNames.pod, "--", ...program], { patienceSeconds }).catch(
    (error: unknown) => {
      const why = error instanceof KubectlError ? error.said : String(error);
      throw new Error(
        withCode(
          "KALISI-KUBERNETES-KEYS",
          `the pod does not have the new keys yet: ${why}\nwho has lost access may still log in; npm start looks again`,
        ),
      );
    },
  );
  console.log("the pod has exactly these keys");
});
