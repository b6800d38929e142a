import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { projectCommand } from "./commands/project-command";

export interface ProcessLimitArgs {
  readonly containerId: pulumi.Input<string>;
  readonly containerName: string;
  /** Engine endpoint. @example "unix:///var/run/docker.sock" */
  readonly dockerHost: string;
  /** How many processes and threads may run in the container at a time. @example 4096 */
  readonly processes: number;
}

/**
 * Limits the container's processes. `docker.Container` has no input for it; the Engine changes it on a container that
 * runs, and keeps it when the container is started again.
 */
export class ProcessLimit extends pulumi.ComponentResource {
  static readonly type = "kalisi:components:ProcessLimit";

  constructor(name: string, args: ProcessLimitArgs, opts?: pulumi.ComponentResourceOptions) {
    super(ProcessLimit.type, name, {}, opts);

    new command.local.Command(
      `${name}-set`,
      {
        create: projectCommand("limit-processes"),
        environment: {
          DOCKER_HOST: args.dockerHost,
          KALISI_CONTAINER: args.containerName,
          KALISI_PROCESSES: String(args.processes),
        },
        triggers: [args.containerId],
      },
      { parent: this },
    );

    this.registerOutputs({});
  }
}
