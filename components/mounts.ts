import type { Output } from "@pulumi/pulumi";

/** A volume and where the container has it. */
export interface VolumeMount {
  readonly volumeName: Output<string>;
  readonly containerPath: string;
}

/** A file of this machine that the container has, read-only. */
export interface HostFile {
  /** Absolute path on this machine. */
  readonly path: string;
  readonly containerPath: string;
  /** Of its content: an edit replaces the container. Keyed where the content is secret. */
  readonly digest: string;
}

/** What the container has read-only, at a path of its own. */
export interface ReadOnlyMount {
  readonly type: "bind" | "volume";
  /** A path of the Engine's machine, or a volume's name. */
  readonly source: string;
  readonly target: string;
}

/** What a pod has of its cluster, read-only, at a path of its own. */
export interface ClusterMount {
  /** Of the pod's volume. */
  readonly name: string;
  readonly containerPath: string;
  /** Kubernetes' source of the volume. @example { configMap: { name: "kalisi-keys" } } */
  readonly source: object;
  /** The one file of it that is mounted, which an edit does not reach. @default the folder, which edits do reach */
  readonly key?: string;
}
