import { installKubernetesPlugin } from "../../airgap/install-kubernetes";
import { buildKubernetesProvider } from "../../airgap/kubernetes-provider";
import { kubernetesPluginVersion } from "../../config/plugin-versions";
import { machineCache } from "../machine-cache";
import { print } from "../output";
import { startHeartbeat } from "../progress/heartbeat";
import { UserError } from "../user-error";
import type { PulumiChoice } from "./pulumi";
import type { Report } from "./report";

const build = () =>
  buildKubernetesProvider(machineCache(`kubernetes-provider-${kubernetesPluginVersion}`), {
    log: print,
    heartbeat: startHeartbeat,
  });

/**
 * Has Pulumi's Kubernetes plugin beside the stand-ins. Where the official plugins can be downloaded, Pulumi gets
 * this one by itself, when a program first wants it.
 *
 * @param isWanted whether the stack is on Kubernetes
 * @throws UserError where it cannot be built
 */
export async function ensureKubernetesPlugin(
  { home }: Pick<PulumiChoice, "home">,
  isWanted: boolean,
  report: Report,
  buildProgram: () => Promise<string> = build,
): Promise<void> {
  if (!isWanted || home === undefined) {
    return;
  }
  const isNew = await installKubernetesPlugin(home, buildProgram).catch((error: unknown) => {
    throw new UserError(
      "KALISI-SETUP-PULUMI",
      error instanceof Error ? error.message : String(error),
    );
  });
  if (isNew) {
    report("Pulumi's Kubernetes plugin", kubernetesPluginVersion, "built from Go modules");
  }
}
