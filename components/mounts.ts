import type { Output } from "@pulumi/pulumi";

/** A volume and where the container has it. */
export interface VolumeMount {
  readonly volumeName: Output<string>;
  readonly containerPath: string;
}

/** A file of this machine that the container sees, read-only. */
export interface HostBind {
  /** Absolute path on the Engine's machine. */
  readonly hostPath: string;
  readonly containerPath: string;
}
