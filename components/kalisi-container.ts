import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { gatewayContainerPort, sshContainerPort } from "../config/container-ports";
import { goDuration } from "../config/duration";
import { spellProcessors } from "../config/processors";
import type { Mebibytes, Seconds } from "../config/settings/units";
import { toLabels } from "./labels";
import type { ReadOnlyMount, VolumeMount } from "./mounts";
import { sortPorts, type LoopbackPort } from "./ports";

/** The container's settings in the stack's configuration, in the schema's shape. */
export interface ContainerSettings {
  /** Whether the services start by themselves, or wait for `start.sh`. */
  readonly autoStart: boolean;
  readonly redis?: {
    /** @default a quarter of the container's memory, where that is limited */
    readonly memory?: Mebibytes | undefined;
  };
  readonly resources?: {
    /**
     * What the container may use, swap not included. Neo4j and Redis take their shares of it.
     *
     * @default no limit
     * @example memory("3g")
     */
    readonly memory?: Mebibytes | undefined;
    /**
     * How many processors it may use.
     *
     * @default no limit
     * @example 1.5
     */
    readonly cpus?: number | undefined;
  };
  readonly ssh?: {
    /**
     * Whether `ssh -A` may lend the user's agent to the container.
     *
     * @default false
     */
    readonly agentForwarding?: boolean | undefined;
  };
  /**
   * Whether user kalisi may become root inside, without a password; otherwise no process can gain a
   * privilege that it was not started with.
   *
   * @default false
   */
  readonly sudo?: boolean | undefined;
  readonly timeouts: {
    /** How long a start may take before it counts as failed. */
    readonly healthySeconds: Seconds;
    /** How long a stop may take before the Engine kills. Neo4j needs it for its checkpoint. */
    readonly stopSeconds: Seconds;
  };
}

export interface KalisiContainerArgs {
  readonly containerName: string;
  /** Labels that name its owner, by their names. @default none */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** The image's id or repository digest, never its tag. */
  readonly image: pulumi.Input<string>;
  /** The id of the network that it is on. */
  readonly network: pulumi.Input<string>;
  /** @example [loopbackPort(port(8443), port(8443))] */
  readonly ports: readonly LoopbackPort[];
  readonly volumes: readonly VolumeMount[];
  /** What it has of this machine's files. */
  readonly mounts: readonly ReadOnlyMount[];
  /** Digests of those files by name: a change of any replaces the container. */
  readonly digests: Readonly<Record<string, string>>;
  /** Further environment variables, `NAME=value` each. @default none */
  readonly environment?: readonly string[] | undefined;
  readonly settings: ContainerSettings;
}

/**
 * What the processes inside need and nothing else, each found by taking it away: volumes are given
 * their owners (CHOWN, DAC_OVERRIDE), services drop to their users and are stopped (SETUID, SETGID,
 * KILL), sshd confines and records its sessions (SYS_CHROOT, AUDIT_WRITE).
 */
const capabilities = [
  "CAP_AUDIT_WRITE",
  "CAP_CHOWN",
  "CAP_DAC_OVERRIDE",
  "CAP_KILL",
  "CAP_SETGID",
  "CAP_SETUID",
  "CAP_SYS_CHROOT",
];

/** What root of `sudo` needs as well, to install a package: found in the same way. */
const sudoCapabilities = ["CAP_FOWNER"];

/** The container that everything runs in. */
export class KalisiContainer extends pulumi.ComponentResource {
  static readonly type = "kalisi:components:KalisiContainer";

  readonly containerId: pulumi.Output<string>;
  readonly containerName: pulumi.Output<string>;

  constructor(name: string, args: KalisiContainerArgs, opts?: pulumi.ComponentResourceOptions) {
    super(KalisiContainer.type, name, {}, opts);

    const { resources: { memory, cpus } = {}, sudo, timeouts } = args.settings;
    const container = new docker.Container(
      `${name}-run`,
      {
        name: args.containerName,
        image: args.image,
        restart: "unless-stopped",
        envs: environmentOf(args),
        // By `networksAdvanced` the provider would put it on the default network first.
        networkMode: args.network,
        ports: sortPorts(args.ports),
        volumes: args.volumes.map((mount) => ({ ...mount })),
        // In `volumes`, the Engine would make an empty folder of a file that is gone.
        mounts: args.mounts.map((mount) => ({ ...mount, readOnly: true })),
        // A core dump would hold the secrets that a process has in its memory.
        ulimits: [{ name: "core", soft: 0, hard: 0 }],
        labels: toLabels(
          args.labels,
          Object.fromEntries(
            Object.entries(args.digests).map(([file, value]) => [`kalisi.digest.${file}`, value]),
          ),
        ),
        capabilities: {
          drops: ["ALL"],
          adds: sudo === true ? [...capabilities, ...sudoCapabilities].sort() : capabilities,
        },
        ...(sudo === true ? {} : { securityOpts: ["no-new-privileges:true"] }),
        // With swap unset the Engine would allow as much again.
        ...(memory === undefined ? {} : { memory, memorySwap: memory }),
        ...(cpus === undefined ? {} : { cpus: spellProcessors(cpus) }),
        healthcheck: {
          tests: ["CMD", "/usr/local/bin/kalisi-health", "--wait", "25"],
          interval: "5s",
          timeout: "40s",
          startPeriod: goDuration(timeouts.healthySeconds),
          retries: 3,
        },
        // Bounded, so that a chatty service cannot fill the disk.
        logDriver: "json-file",
        logOpts: { "max-size": "10m", "max-file": "3" },
        // The gate after this resource waits, and reports what is wrong: `wait` cannot.
        wait: false,
        stopSignal: "SIGTERM",
        stopTimeout: timeouts.stopSeconds,
        // Unset, the provider kills the container, and Neo4j and Redis with it, without a stop.
        destroyGraceSeconds: timeouts.stopSeconds,
      },
      {
        parent: this,
        // The name and the ports can be held by one container only.
        deleteBeforeReplace: true,
        // The provider would write the first four to the state alone; the shares of the memory that the
        // processes have taken stay as they are, and a limit that is taken away would not go.
        replaceOnChanges: ["mounts", "healthcheck", "tmpfs", "init", "memory", "memorySwap"],
      },
    );

    this.containerId = container.id;
    this.containerName = container.name;
    this.registerOutputs({ containerId: this.containerId, containerName: this.containerName });
  }
}

/** Sorted, as the Engine's answer is compared with it; a switch that is off is not there at all. */
function environmentOf({ environment = [], ports, settings }: KalisiContainerArgs): string[] {
  const { autoStart, redis, ssh, sudo, timeouts } = settings;
  const own: readonly number[] = [gatewayContainerPort, sshContainerPort];
  const more = sortPorts(ports).flatMap(({ internal }) =>
    own.includes(Number(internal)) ? [] : [Number(internal)],
  );
  return [
    // What listens on others is kept on the container's loopback.
    ...(more.length === 0 ? [] : [`KALISI_PUBLISHED=${more.join(",")}`]),
    ...environment,
    `KALISI_AUTO_START=${String(autoStart)}`,
    ...(redis?.memory === undefined ? [] : [`KALISI_REDIS_MEMORY=${redis.memory}m`]),
    ...(ssh?.agentForwarding === true ? ["KALISI_SSH_AGENT_FORWARDING=true"] : []),
    `KALISI_HEALTHY_SECONDS=${timeouts.healthySeconds}`,
    `KALISI_STOP_SECONDS=${timeouts.stopSeconds}`,
    ...(sudo === true ? ["KALISI_SUDO=true"] : []),
  ].sort();
}
