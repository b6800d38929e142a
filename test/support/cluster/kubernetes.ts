import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { buildInto, requireGo, type Program, type Progress } from "../../../airgap/go-build";
import { machineCache } from "../../../cli/machine-cache";

export const kubernetesVersion = "1.34.4";

const versionOf = "k8s.io/component-base/version";
const [major = "", minor = ""] = kubernetesVersion.split(".");

const kubernetes: Program = {
  title: `Kubernetes ${kubernetesVersion}`,
  folder: join(__dirname, "kubernetes"),
  package: ".",
  symbols: {
    [`${versionOf}.gitVersion`]: `v${kubernetesVersion}`,
    [`${versionOf}.gitMajor`]: major,
    [`${versionOf}.gitMinor`]: minor,
    [`${versionOf}.gitTreeState`]: "clean",
  },
  // As its own releases are built: without what only serves its tests and traces.
  options: ["-tags", "notest,grpcnotrace"],
  isStatic: true,
  duration: "about 9 minutes, once",
};

/**
 * Builds all programs of a cluster from Go modules, as one, unless it is there already.
 *
 * @returns its path, which is the same for all clones on this machine
 */
export async function buildKubernetes(progress: Progress): Promise<string> {
  const hash = createHash("sha256");
  for (const file of ["main.go", "go.mod", "go.sum"]) {
    hash.update(readFileSync(join(kubernetes.folder, file)));
  }
  const folder = machineCache(`kubernetes-${kubernetesVersion}`);
  const path = join(folder, `kubernetes-${hash.digest("hex").slice(0, 12)}`);
  if (existsSync(path)) return path;
  await requireGo(kubernetes.folder, "Kubernetes is built from Go modules");
  mkdirSync(folder, { recursive: true });
  await buildInto(path, kubernetes, progress);
  return path;
}
