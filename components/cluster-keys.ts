import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { dirname } from "node:path";
import { clusterNames, keysInContainer } from "../config/cluster/cluster-names";
import type { ClusterPlace } from "../config/cluster/kubectl";
import { digest } from "../config/digest";
import type { AuthorizedKey } from "../config/files/ssh-keys";
import { ClusterResource } from "./cluster-provider";
import { projectCommand } from "./commands/project-command";
import type { ClusterMount } from "./mounts";

export interface ClusterKeysArgs {
  readonly place: ClusterPlace;
  readonly labels: Readonly<Record<string, string>>;
  /** Exactly these may log in; none lets nobody in. */
  readonly keys: readonly AuthorizedKey[];
}

/**
 * The public keys that may log in, as a ConfigMap that the pod has as a folder: an edit of it reaches the pod where it is,
 * within about a minute, and sshd reads it at each login. The update waits until the pod has them, so that nobody is told that
 * a key is revoked before it is.
 */
export class ClusterKeys extends pulumi.ComponentResource {
  static readonly type = "kalisi:components:ClusterKeys";

  readonly fingerprints: readonly string[];
  readonly mount: ClusterMount;

  constructor(name: string, args: ClusterKeysArgs, opts?: pulumi.ComponentResourceOptions) {
    super(ClusterKeys.type, name, {}, opts);

    const { namespace } = args.place;
    const list = args.keys.map(({ line }) => `${line}\n`).join("");
    const config = new ClusterResource(
      `${name}-list`,
      {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: clusterNames.keys, namespace, labels: args.labels },
        data: { kalisi: list },
      },
      { parent: this },
    );
    new command.local.Command(
      `${name}-seen`,
      {
        create: projectCommand("wait-for-keys"),
        environment: {
          KALISI_CONTEXT: args.place.context,
          KALISI_KEYS_DIGEST: digest(list),
          KALISI_NAMESPACE: namespace,
        },
        triggers: [digest(list)],
      },
      { parent: this, dependsOn: config },
    );
    this.fingerprints = args.keys.map(({ fingerprint }) => fingerprint);
    this.mount = {
      name: "keys",
      containerPath: dirname(keysInContainer),
      source: { configMap: { name: clusterNames.keys } },
    };
    this.registerOutputs({ fingerprints: this.fingerprints });
  }
}
