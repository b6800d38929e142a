import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { projectCommand } from "./commands/project-command";

/** What builds in the container are given of the network. */
export interface BuildNetworkSettings {
  /** Certificates in PEM that builds trust as well. @default none */
  readonly certificates?: string | undefined;
  /** Where they get packages from. @default the public registries */
  readonly mirrors: { readonly cargo?: string | undefined; readonly npm?: string | undefined };
  /** Proxies by the names of their variables, in both cases of letters. @example { HTTPS_PROXY: "http://proxy:3128" } */
  readonly proxies: Readonly<Record<string, string>>;
}

export interface BuildNetworkArgs extends BuildNetworkSettings {
  readonly containerId: pulumi.Input<string>;
  readonly containerName: string;
  /** Engine endpoint. @example "unix:///var/run/docker.sock" */
  readonly dockerHost: string;
}

/** The same as the image's program takes it: docker/rootfs/usr/local/sbin/kalisi-build-network. */
export function buildNetworkText({ certificates, mirrors, proxies }: BuildNetworkSettings): string {
  const { cargo, npm } = mirrors;
  return JSON.stringify({ certificates, mirrors: { cargo, npm }, proxies });
}

/**
 * Gives builds in the container what the image's build had of the network, so that a change made there builds behind a
 * company's proxy, too. The services neither trust those certificates nor use those addresses. Nothing of it is secret: the
 * image's build arguments hold the same.
 */
export class BuildNetwork extends pulumi.ComponentResource {
  static readonly type = "kalisi:components:BuildNetwork";

  constructor(name: string, args: BuildNetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super(BuildNetwork.type, name, {}, opts);

    new command.local.Command(
      `${name}-set`,
      {
        create: projectCommand("set-build-network"),
        environment: { DOCKER_HOST: args.dockerHost, KALISI_CONTAINER: args.containerName },
        stdin: buildNetworkText(args),
        triggers: [args.containerId],
      },
      { parent: this },
    );

    this.registerOutputs({});
  }
}
