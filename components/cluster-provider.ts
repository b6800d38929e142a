import * as pulumi from "@pulumi/pulumi";
import { kubernetesPluginVersion } from "../config/plugin-versions";

/**
 * How Pulumi's official Kubernetes plugin reaches a cluster. Its package would be needed for nothing else, and Pulumi
 * installs the plugin of each package that is there, for whom has no cluster as well: docs/decisions, 70.
 */
export class ClusterProvider extends pulumi.ProviderResource {
  /** @param context kubectl's; its files stay where they are, as the state would hold what is in them */
  constructor(name: string, context: string) {
    super(
      "kubernetes",
      name,
      // A ConfigMap of a name of its own would be replaced, and all that mounts it, for each edit.
      { context, enableConfigMapMutable: "true" },
      { version: kubernetesPluginVersion },
    );
  }
}

/** An object of Kubernetes', as its reference has it. */
export interface ClusterObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

/**
 * By a manager of one name, what `pulumi destroy` has left is taken up again, as is what an update has made that was ended
 * before it could record it. Whose it is, config/cluster/preflight.ts has looked at by then.
 */
const manager = { "pulumi.com/patchFieldManager": "kalisi" } as const;

/** An object in the cluster. https://kubernetes.io/docs/reference/kubernetes-api/ */
export class ClusterResource extends pulumi.CustomResource {
  declare readonly metadata: pulumi.Output<{
    /** Another one each time that what is wanted of it changes. */
    readonly generation?: number;
  }>;

  constructor(name: string, object: ClusterObject, opts: pulumi.CustomResourceOptions) {
    const { apiVersion, kind, metadata } = object;
    const group = apiVersion.includes("/") ? apiVersion : `core/${apiVersion}`;
    super(
      `kubernetes:${group}:${kind}`,
      name,
      {
        ...object,
        metadata: { ...metadata, annotations: { ...metadata.annotations, ...manager } },
      },
      { ...opts, version: kubernetesPluginVersion },
    );
  }
}
