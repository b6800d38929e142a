import { checkCluster } from "../../../cli/doctor/cluster";
import { findingsOf } from "../../../cli/doctor/finding";
import { readInputs } from "../../../config/inputs";
import { readMachineProfile } from "../../../config/machine-profile";
import { emptyCluster, useFakeKubectl } from "../../support/fake-kubectl";
import { useProject } from "../../support/project";

const project = useProject();
const kubectl = useFakeKubectl();

/** What is found of a stack that is to be in a cluster. */
async function look() {
  const { root } = project();
  const stackConfig = {
    "kalisi:target": "kubernetes",
    "kalisi:kubernetes": '{"context": "far"}',
    "kalisi:image": `{"pull": "registry/kalisi@sha256:${"0".repeat(64)}"}`,
  };
  const profile = { ...readMachineProfile(root), sourcePath: "source" };
  const sources = { flags: {}, stackConfig, environment: {}, profile };
  const { config } = readInputs(root, "dev", sources);
  return findingsOf("Kubernetes", () => checkCluster(root, config));
}

test("a cluster that has all, and a pod that is not ready", async () => {
  kubectl.does(
    [
      `*" get pod kalisi-0 "*) echo '{"metadata": {"name": "kalisi-0"}, "spec": {}, "status": {}}' ;;`,
      ...emptyCluster,
    ].join("\n"),
  );
  await expect(look()).resolves.toMatchObject([
    { state: "ok", says: "context far, namespace kalisi-dev" },
    { state: "warning", about: "pod" },
  ]);
});

test("one that does not answer is a problem, with its code and its fix", async () => {
  kubectl.does(`*) echo 'error: dial tcp 192.0.2.1:6443: i/o timeout' >&2; exit 1 ;;`);
  await expect(look()).resolves.toMatchObject([
    {
      ...{ state: "problem", code: "KALISI-KUBERNETES-UNREACHABLE" },
      fix: "have this answer: kubectl --context far version",
    },
  ]);
});
