import { gatewayContainerPort, sshContainerPort } from "../config/container-ports";
import type { Mebibytes, Seconds } from "../config/settings/units";

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
    /** How long a stop may take before everything is killed. Neo4j needs it for its checkpoint. */
    readonly stopSeconds: Seconds;
  };
}

/** What the container needs of whatever runs it, said once for a Docker Engine and for Kubernetes. */
export interface ContainerNeeds {
  /** Variables by their names, sorted. */
  readonly environment: Readonly<Record<string, string>>;
  /** Of root's privileges, these and no other. Sorted, as Linux names them. @example "CAP_CHOWN" */
  readonly capabilities: readonly string[];
  /** Whether a process may gain a privilege that it was not started with. */
  readonly mayGainPrivileges: boolean;
  /** What tells whether everything in it answers. */
  readonly health: {
    readonly command: readonly string[];
    readonly everySeconds: number;
    readonly timeoutSeconds: number;
  };
  readonly healthySeconds: Seconds;
  readonly stopSeconds: Seconds;
  /** @default no limit */
  readonly memory: Mebibytes | undefined;
  /** @default no limit */
  readonly cpus: number | undefined;
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

/**
 * @param environment further variables, by their names
 * @param ports those inside the container that are reached from outside
 */
export function containerNeeds(
  settings: ContainerSettings,
  environment: Readonly<Record<string, string>>,
  ports: readonly number[],
): ContainerNeeds {
  const { resources: { memory, cpus } = {}, sudo = false, timeouts } = settings;
  return {
    environment: sorted({ ...environment, ...ownEnvironment(settings, ports) }),
    capabilities: sudo ? [...capabilities, ...sudoCapabilities].sort() : capabilities,
    mayGainPrivileges: sudo,
    health: {
      command: ["/usr/local/bin/kalisi-health", "--wait", "25"],
      everySeconds: 5,
      timeoutSeconds: 40,
    },
    healthySeconds: timeouts.healthySeconds,
    stopSeconds: timeouts.stopSeconds,
    memory,
    cpus,
  };
}

/** A switch that is off is not there at all. */
function ownEnvironment(
  { autoStart, redis, ssh, sudo, timeouts }: ContainerSettings,
  ports: readonly number[],
): Readonly<Record<string, string>> {
  const own: readonly number[] = [gatewayContainerPort, sshContainerPort];
  const more = ports.filter((port) => !own.includes(port));
  return {
    // What listens on others is kept on the container's loopback.
    ...(more.length === 0 ? {} : { KALISI_PUBLISHED: more.join(",") }),
    KALISI_AUTO_START: String(autoStart),
    ...(redis?.memory === undefined ? {} : { KALISI_REDIS_MEMORY: `${redis.memory}m` }),
    ...(ssh?.agentForwarding === true ? { KALISI_SSH_AGENT_FORWARDING: "true" } : {}),
    KALISI_HEALTHY_SECONDS: String(timeouts.healthySeconds),
    KALISI_STOP_SECONDS: String(timeouts.stopSeconds),
    ...(sudo === true ? { KALISI_SUDO: "true" } : {}),
  };
}

function sorted(variables: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(variables).sort(([a], [b]) => (a < b ? -1 : 1)));
}
