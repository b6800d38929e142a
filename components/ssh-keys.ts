import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { AuthorizedKey } from "../config/files/ssh-keys";
import { projectCommand } from "./commands/project-command";

export interface SshKeysArgs {
  readonly containerId: pulumi.Input<string>;
  readonly containerName: string;
  /** Engine endpoint. @example "unix:///var/run/docker.sock" */
  readonly dockerHost: string;
  /**
   * Exactly these may log in; none lets nobody in.
   *
   * @example parseAuthorizedKeys(readFileSync("team.pub", "utf8"), "team.pub").keys
   */
  readonly keys: readonly AuthorizedKey[];
}

/**
 * Puts exactly the given public keys into the running container. A change of keys updates this resource
 * alone; a new container gets them again. They leave with the container, so there is nothing to delete.
 */
export class SshKeys extends pulumi.ComponentResource {
  static readonly type = "kalisi:components:SshKeys";

  readonly fingerprints: readonly string[];

  constructor(name: string, args: SshKeysArgs, opts?: pulumi.ComponentResourceOptions) {
    super(SshKeys.type, name, {}, opts);

    new command.local.Command(
      `${name}-authorize`,
      {
        create: projectCommand("set-authorized-keys"),
        environment: { DOCKER_HOST: args.dockerHost, KALISI_CONTAINER: args.containerName },
        stdin: args.keys.map(({ line }) => `${line}\n`).join(""),
        triggers: [args.containerId],
      },
      { parent: this },
    );

    this.fingerprints = args.keys.map(({ fingerprint }) => fingerprint);
    this.registerOutputs({ fingerprints: this.fingerprints });
  }
}
