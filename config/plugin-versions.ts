import { version as command } from "@pulumi/command/package.json";
import { version as docker } from "@pulumi/docker/package.json";

/** The Pulumi plugins that the program needs, at the versions of its packages. */
export const pluginVersions = { docker, command } as const;

/**
 * The Kubernetes plugin's. A stack on Kubernetes names it with each of its resources: with the package
 * `@pulumi/kubernetes`, Pulumi would want the plugin of every stack.
 */
export const kubernetesPluginVersion = "4.25.0";
