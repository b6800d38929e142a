import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterPlace } from "../config/cluster/kubectl";
import type { Seconds } from "../config/settings/units";
import { projectCommand } from "./commands/project-command";

export interface PodGateArgs {
  readonly place: ClusterPlace;
  /** Another one is waited for. */
  readonly version: pulumi.Input<string>;
  /** How long its container may take to start, and then to become ready. @example seconds(300) */
  readonly timeoutSeconds: Seconds;
  /** Another value checks again a pod that was ready before. @default 0 */
  readonly asked?: number | undefined;
}

/**
 * Holds the update until the pod is ready, and fails it otherwise: with the cluster's words where the pod cannot start, with
 * the failing services and the end of its log where it can. A gate that failed is not recorded: the next `up` checks again.
 */
export class PodGate extends pulumi.ComponentResource {
  static readonly type = "kalisi:components:PodGate";

  constructor(name: string, args: PodGateArgs, opts?: pulumi.ComponentResourceOptions) {
    super(PodGate.type, name, {}, opts);

    new command.local.Command(
      `${name}-wait`,
      {
        create: projectCommand("wait-for-pod"),
        environment: {
          KALISI_CONTEXT: args.place.context,
          KALISI_NAMESPACE: args.place.namespace,
          KALISI_TIMEOUT_SECONDS: String(args.timeoutSeconds),
        },
        triggers: [args.version, ...(args.asked ? [args.asked] : [])],
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
