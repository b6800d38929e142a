import { version as command } from "@pulumi/command/package.json";
import { version as docker } from "@pulumi/docker/package.json";

/** The Pulumi plugins that the program needs, at the versions of its packages. */
export const pluginVersions = { docker, command } as const;

/** Of Pulumi's Kubernetes plugin, which only a stack in a cluster needs: it has no package here. */
export const kubernetesPluginVersion = "4.25.0";
