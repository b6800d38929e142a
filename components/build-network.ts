import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { projectCommand } from "./commands/project-command";

export interface BuildNetworkArgs {
  readonly containerId: pulumi.Input<string>;
  readonly containerName: string;
  /** Engine endpoint. @example "unix:///var/run/docker.sock" */
  readonly dockerHost: string;
  /** Certificates in PEM that builds trust as well. @default none */
  readonly certificates?: string | undefined;
  /** Where they get packages from. @default the public registries */
  readonly mirrors: { readonly cargo?: string | undefined; readonly npm?: string | undefined };
  /** Proxies by the names of their variables, in both cases of letters. @example { HTTPS_PROXY: "http://proxy:3128" } */
  readonly proxies: Readonly<Record<string, string>>;
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

    const { certificates, proxies } = args;
    const { cargo, npm } = args.mirrors;
    new command.local.Command(
      `${name}-set`,
      {
        create: projectCommand("set-build-network"),
        environment: { DOCKER_HOST: args.dockerHost, KALISI_CONTAINER: args.containerName },
        stdin: JSON.stringify({ certificates, mirrors: { cargo, npm }, proxies }),
        triggers: [args.containerId],
      },
      { parent: this },
    );

    this.registerOutputs({});
  }
}
