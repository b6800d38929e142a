import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { envSecretKey } from "../config/cluster/cluster-names";
import type { ClusterPlace } from "../config/cluster/kubectl";
import { digest } from "../config/digest";
import type { Owner } from "../config/engine/stack-owner";
import { ClusterResource } from "./cluster-provider";
import { projectCommand } from "./commands/project-command";
import type { ClusterMount, HostFile } from "./mounts";

export interface ClusterFilesArgs {
  readonly place: ClusterPlace;
  readonly owner: Owner;
  readonly labels: Readonly<Record<string, string>>;
  /** The runtime settings, which are secret. */
  readonly env: HostFile;
  /** What is no secret, by the names that the pod's volumes have. */
  readonly texts: Readonly<
    Record<string, { readonly content: string; readonly containerPath: string }>
  >;
}

/** So many characters of a digest tell two contents apart. */
const digestLength = 12;

/**
 * This machine's files that the pod has, read-only: the runtime settings as a Secret, the others as ConfigMaps. Each is
 * called by its digest and cannot be changed: an edit makes another one, and the pod anew. A command makes the Secret and
 * reads the file itself, so that it is in no state. How the cluster keeps Secrets, and who may read them, is the cluster's.
 */
export class ClusterFiles extends pulumi.ComponentResource {
  static readonly type = "kalisi:components:ClusterFiles";

  readonly mounts: readonly ClusterMount[];

  constructor(name: string, args: ClusterFilesArgs, opts?: pulumi.ComponentResourceOptions) {
    super(ClusterFiles.type, name, {}, opts);

    const { env, labels, owner, place, texts } = args;
    const secretName = `kalisi-env-${env.digest.slice(0, digestLength)}`;
    new command.local.Command(
      `${name}-env`,
      {
        create: projectCommand("put-env-secret"),
        delete: projectCommand("remove-env-secret"),
        environment: {
          KALISI_CLONE: owner.clone,
          KALISI_CONTEXT: place.context,
          KALISI_ENV_FILE: env.path,
          KALISI_NAMESPACE: place.namespace,
          KALISI_ENV_NAME: secretName,
          KALISI_STACK: owner.stack,
        },
        // The former one goes once the pod has it no more.
        triggers: [secretName],
      },
      { parent: this },
    );
    const fromText = ([file, { content, containerPath }]: (typeof entries)[number]) => {
      const called = `${file}-${digest(content).slice(0, digestLength)}`;
      const configMap = `kalisi-${called}`;
      new ClusterResource(
        // A replacement would remove the former one first, which a pod that is started anew meanwhile has to have.
        `${name}-${called}`,
        {
          apiVersion: "v1",
          kind: "ConfigMap",
          metadata: { name: configMap, namespace: place.namespace, labels },
          immutable: true,
          data: { [file]: content },
        },
        { parent: this },
      );
      return { name: file, containerPath, source: { configMap: { name: configMap } }, key: file };
    };
    const entries = Object.entries(texts);
    this.mounts = [
      {
        name: "env",
        containerPath: env.containerPath,
        source: { secret: { secretName, defaultMode: 0o400 } },
        key: envSecretKey,
      },
      ...entries.map(fromText),
    ];
    this.registerOutputs({ mounts: this.mounts });
  }
}
