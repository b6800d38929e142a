import * as pulumi from "@pulumi/pulumi";
import { clusterNames } from "../config/cluster/cluster-names";
import type { Mebibytes } from "../config/settings/units";
import { ClusterResource } from "./cluster-provider";

export interface ClusterClaimArgs {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  /** @default the cluster's default class */
  readonly class?: string | undefined;
  /** It may grow, never shrink. @example memory("40g") */
  readonly size: Mebibytes;
  readonly accessMode: "ReadWriteOnce" | "ReadWriteOncePod";
}

/**
 * The one claim that holds everything worth keeping. Its parts are those that a Docker Engine has as volumes: nodes can
 * attach few volumes at a time, and a snapshot of one is of all of them at once. `pulumi destroy` leaves it in the cluster.
 */
export class ClusterClaim extends pulumi.ComponentResource {
  static readonly type = "kalisi:components:ClusterClaim";

  constructor(name: string, args: ClusterClaimArgs, opts?: pulumi.ComponentResourceOptions) {
    super(ClusterClaim.type, name, {}, opts);

    new ClusterResource(
      `${name}-kept`,
      {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        metadata: {
          name: clusterNames.claim,
          namespace: args.namespace,
          labels: args.labels,
          // Most classes bind it when the pod is there.
          annotations: { "pulumi.com/skipAwait": "true" },
        },
        spec: {
          accessModes: [args.accessMode],
          resources: { requests: { storage: `${args.size}Mi` } },
          ...(args.class === undefined ? {} : { storageClassName: args.class }),
        },
      },
      { parent: this, retainOnDelete: true },
    );
    this.registerOutputs({});
  }
}
