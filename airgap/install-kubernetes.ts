import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { basename, join } from "node:path";
import { kubernetesPluginVersion } from "../config/plugin-versions";

/**
 * Has the Kubernetes plugin where Pulumi looks for plugins, as a link. `pulumiHome` must be the project's own: in the
 * user's, it would keep Pulumi from installing the official one.
 *
 * @param build makes the plugin's program, where it is not there yet, and returns its path
 * @returns whether it was not there yet
 */
export async function installKubernetesPlugin(
  pulumiHome: string,
  build: () => Promise<string>,
): Promise<boolean> {
  const folder = join(pulumiHome, "plugins", `resource-kubernetes-v${kubernetesPluginVersion}`);
  // Of a link that leads nowhere, because the cache was emptied, this says no as well.
  if (existsSync(join(folder, "pulumi-resource-kubernetes"))) {
    return false;
  }
  const program = await build();
  const unfinished = `${folder}.${process.pid}.tmp`;
  mkdirSync(unfinished, { recursive: true });
  symlinkSync(program, join(unfinished, basename(program)));
  rmSync(folder, { recursive: true, force: true });
  renameSync(unfinished, folder);
  return true;
}
