import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { toLabels } from "./labels";

export interface KalisiNetworkArgs {
  /**
   * The network's name on the Engine.
   *
   * @example "kalisi-network"
   */
  readonly networkName: string;
  /**
   * What the bridge is called among the Engine's machine's network interfaces: 15 characters at most.
   *
   * @example "kalisi-1a2b3c4d"
   */
  readonly bridgeName: string;
  /** Labels that name its owner, by their names. @default none */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /**
   * Its range of IPv4 addresses.
   *
   * @default the Engine chooses one that no other network has
   * @example "10.80.0.0/24"
   */
  readonly subnet?: string | undefined;
}

/**
 * The network that the container is on, alone: containers of other networks do not reach it, and one that
 * somebody connects to it by hand does not either. It has no IPv6, unless the Engine gives that to every network.
 */
export class KalisiNetwork extends pulumi.ComponentResource {
  static readonly type = "kalisi:components:KalisiNetwork";

  /** Another one whenever the network is made anew. */
  readonly networkId: pulumi.Output<string>;

  constructor(name: string, args: KalisiNetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super(KalisiNetwork.type, name, {}, opts);

    const { networkName, bridgeName, labels, subnet } = args;
    const network = new docker.Network(
      `${name}-bridge`,
      {
        name: networkName,
        driver: "bridge",
        // https://docs.docker.com/engine/network/drivers/bridge/#options
        options: {
          "com.docker.network.bridge.enable_icc": "false",
          "com.docker.network.bridge.name": bridgeName,
        },
        labels: toLabels(labels),
        ...(subnet === undefined ? {} : { ipamConfigs: [{ subnet }] }),
      },
      {
        parent: this,
        // The name, the bridge and the range can be held by one network only.
        deleteBeforeReplace: true,
      },
    );

    this.networkId = network.id;
    this.registerOutputs({ networkId: this.networkId });
  }
}
