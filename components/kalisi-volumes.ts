import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { toLabels } from "./labels";
import type { VolumeMount } from "./mounts";

export interface KalisiVolumesArgs {
  /**
   * The volumes' names on the Engine. Fixed: a renamed volume is lost data.
   *
   * @example { workspace: "kalisi-workspace", neo4j: "kalisi-neo4j", redis: "kalisi-redis", home: "kalisi-home" }
   */
  readonly names: {
    readonly workspace: string;
    readonly neo4j: string;
    readonly redis: string;
    readonly home: string;
  };
  /** Labels that name a new volume's owner, by their names. A volume that exists keeps its own. @default none */
  readonly labels?: Readonly<Record<string, string>> | undefined;
}

/** Where the container has what is worth keeping, by its parts' names. */
export const mountPoints = {
  workspace: "/workspace",
  neo4j: "/data/neo4j",
  redis: "/data/redis",
  home: "/home/kalisi",
} as const;

/**
 * The four volumes that hold everything worth keeping. `pulumi destroy` leaves them on the Engine, and
 * the next `pulumi up` adopts them again: creating a volume that exists is a no-op for the Engine.
 */
export class KalisiVolumes extends pulumi.ComponentResource {
  static readonly type = "kalisi:components:KalisiVolumes";

  readonly mounts: readonly VolumeMount[];
  readonly names: pulumi.Output<string>[];

  constructor(name: string, args: KalisiVolumesArgs, opts?: pulumi.ComponentResourceOptions) {
    super(KalisiVolumes.type, name, {}, opts);

    this.mounts = (Object.keys(mountPoints) as (keyof typeof mountPoints)[]).map((key) => ({
      volumeName: this.createVolume(`${name}-${key}`, args.names[key], args.labels),
      containerPath: mountPoints[key],
    }));
    this.names = this.mounts.map(({ volumeName }) => volumeName);
    this.registerOutputs({ names: this.names });
  }

  private createVolume(
    name: string,
    volumeName: string,
    labels: KalisiVolumesArgs["labels"],
  ): pulumi.Output<string> {
    const volume = new docker.Volume(
      name,
      {
        name: volumeName,
        ...(labels === undefined ? {} : { labels: toLabels(labels) }),
      },
      {
        parent: this,
        retainOnDelete: true,
        // Each of these would replace the volume, though the Engine ignores them on one that exists:
        // https://github.com/moby/moby/issues/27345
        ignoreChanges: ["labels", "driver", "driverOpts"],
      },
    );
    return volume.name;
  }
}
