import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { Seconds } from "../config/settings/units";
import { projectCommand } from "./commands/project-command";

export interface HealthGateArgs {
  readonly containerId: pulumi.Input<string>;
  readonly containerName: string;
  /** Engine endpoint. @example "unix:///var/run/docker.sock" */
  readonly dockerHost: string;
  /** How long the container may take to become healthy. @example seconds(300) */
  readonly timeoutSeconds: Seconds;
  /**
   * Another value checks a container again that was healthy before.
   *
   * @default 0
   */
  readonly asked?: number | undefined;
}

/**
 * Holds the update until the container is healthy, and fails it with the failing services' names and
 * last log lines otherwise. A gate that failed is not recorded, so the next `up` checks again.
 */
export class HealthGate extends pulumi.ComponentResource {
  static readonly type = "kalisi:components:HealthGate";

  constructor(name: string, args: HealthGateArgs, opts?: pulumi.ComponentResourceOptions) {
    super(HealthGate.type, name, {}, opts);

    new command.local.Command(
      `${name}-wait`,
      {
        create: projectCommand("wait-for-healthy"),
        environment: {
          DOCKER_HOST: args.dockerHost,
          KALISI_CONTAINER: args.containerName,
          KALISI_TIMEOUT_SECONDS: String(args.timeoutSeconds),
        },
        triggers: [args.containerId, ...(args.asked ? [args.asked] : [])],
      },
      { parent: this },
    );

    this.registerOutputs({});
  }
}
