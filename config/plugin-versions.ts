import { version as command } from "@pulumi/command/package.json";
import { version as docker } from "@pulumi/docker/package.json";

/** The Pulumi plugins that the program needs, at the versions of its packages. */
export const pluginVersions = { docker, command } as const;
