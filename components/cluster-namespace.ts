import * as pulumi from "@pulumi/pulumi";
import { ClusterResource } from "./cluster-provider";

export interface ClusterNamespaceArgs {
  /** @example "kalisi-dev" */
  readonly namespace: string;
  /** Whether it is there already, and none of the stack's. */
  readonly isGiven: boolean;
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * The namespace that all of the stack is in: one that is given, or one of its own, which lets no pod have more than the
 * Pod Security Standard "baseline". `pulumi destroy` leaves it, as it would take the claim along.
 */
export class ClusterNamespace extends pulumi.ComponentResource {
  static readonly type = "kalisi:components:ClusterNamespace";

  constructor(name: string, args: ClusterNamespaceArgs, opts?: pulumi.ComponentResourceOptions) {
    super(ClusterNamespace.type, name, {}, opts);

    if (!args.isGiven) {
      new ClusterResource(
        `${name}-own`,
        {
          apiVersion: "v1",
          kind: "Namespace",
          metadata: {
            name: args.namespace,
            labels: { ...args.labels, "pod-security.kubernetes.io/enforce": "baseline" },
          },
        },
        { parent: this, retainOnDelete: true },
      );
    }
    this.registerOutputs({});
  }
}
